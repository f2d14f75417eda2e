/** Sandboxes in namespaces of their own: the strongest isolation without a daemon, and the quickest to make. */
import { dirname } from 'node:path';
import { type Random, systemRandom } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';
import type { SandboxSpec, StemKind } from '../driver.js';
import { HostDriver } from '../host-driver.js';
import { closePlace, openPlace, type PlaceOptions } from '../place.js';
import { runtimeCommand } from '../runtimes.js';
import type { SandboxesDeps, SandboxesOptions, SandboxPlace } from '../sandboxes.js';
import type { Birth } from '../stem-kind.js';
import { NamespaceBody } from './body.js';
import { Cells } from './cells.js';
import { closeHost, type NamespaceHost, openHost } from './host.js';
import { interpreterOf } from './interpreter.js';
import { mountProgram } from './mount-program.js';
import { findOutboundTools } from './outbound.js';
import { findTools, type NamespaceTools } from './tools.js';

export interface NamespaceDriverDeps extends SandboxesDeps {
  /** Chooses the users of sandboxes. */
  readonly random?: Random;
  /** How a runtime is started, with its program among Hearth's runtimes. */
  readonly runtimeCommand?: typeof runtimeCommand;
  /** What mounts the code of stem cells. */
  readonly mountProgram?: typeof mountProgram;
}

export interface NamespaceDriverOptions extends SandboxesOptions, PlaceOptions {}

export class NamespaceDriver extends HostDriver {
  readonly kind = 'namespace';
  #host: NamespaceHost | null = null;
  /** Null where the node is not root: nobody can mount anything in its sandboxes. */
  #cells: Cells | null = null;

  constructor(
    private readonly deps: NamespaceDriverDeps,
    private readonly options: NamespaceDriverOptions,
  ) {
    super(deps, options);
  }

  /** Throws `not-offered` where the host lacks something. */
  async start(): Promise<void> {
    const { manifestPath } = this.options;
    const tools = await findTools();
    if (typeof tools === 'string') throw notOffered(tools);
    const place = await openPlace(this.deps, this.options);
    this.place = place;
    const { runtimeDir } = place;
    try {
      await this.#openHost(tools, runtimeDir, dirname(manifestPath));
    } catch (error) {
      await this.stop();
      throw notOffered(`${(error as Error).message}.`);
    }
    this.sandboxes.open(runtimeDir);
    const limits = place.home?.summary ?? 'no cgroups here: neither memory nor CPU is limited';
    const seccomp = this.#host?.seccompFile != null;
    this.deps.logger.info({ runtimeDir, limits, seccomp }, 'namespace driver ready');
  }

  async stop(): Promise<void> {
    const place = this.place;
    if (place === null) return;
    this.place = null;
    await this.sandboxes.close();
    await this.#cells?.close();
    this.#cells = null;
    if (this.#host !== null) await closeHost(this.#host);
    this.#host = null;
    await closePlace(place, this.options.manifestPath);
  }

  override stemKindOf(spec: SandboxSpec): StemKind | null {
    return this.#cells === null ? null : super.stemKindOf(spec);
  }

  async #openHost(tools: NamespaceTools, runtimeDir: string, dataDirectory: string): Promise<void> {
    const { clock, random = systemRandom() } = this.deps;
    const asked = tools.root === null ? null : (this.deps.mountProgram ?? mountProgram)();
    const host = await openHost(tools, runtimeDir, dataDirectory, random);
    this.#host = host;
    const program = await asked;
    if (host.root === null || program === null) return;
    const { deadlines } = this.sandboxes;
    this.#cells = new Cells(host.root.stage, program, { clock, deadlines });
  }

  protected async bodyMaker(
    birth: Birth,
    spec: SandboxSpec | null,
  ): Promise<(place: SandboxPlace) => NamespaceBody> {
    const start = this.deps.runtimeCommand ?? runtimeCommand;
    const command = await start(birth.runtime, birth.memoryMb);
    const interpreter = await interpreterOf(command.command);
    const outbound = spec?.network === 'outbound' ? await findOutboundTools() : null;
    const host = this.#host;
    const cells = this.#cells;
    if (host === null) {
      throw new HearthError('draining', 'This node makes no sandboxes now; ask another node.');
    }
    if (spec === null && cells === null) {
      throw new HearthError('not-offered', 'A node that is not root has no stem cells.');
    }
    return ({ id, number }) => {
      const makeGroup = this.groupMaker(birth, number);
      const { clock } = this.deps;
      const { deadlines } = this.sandboxes;
      const deps = { clock, deadlines, host, makeGroup, cells };
      return new NamespaceBody(deps, { id, spec, birth, command, interpreter, outbound });
    };
  }
}

function notOffered(reason: string): HearthError {
  return new HearthError(
    'not-offered',
    `Sandboxes of the kind 'namespace' cannot be made here: ${reason}`,
  );
}
