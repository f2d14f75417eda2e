/** Sandboxes in namespaces of their own: the strongest isolation without a daemon, and the quickest to make. */
import { dirname } from 'node:path';
import { type Random, systemRandom } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';
import type { Sandbox, SandboxDriver, SandboxSpec } from '../driver.js';
import { groupLimitsOf } from '../group-limits.js';
import { needsDocker } from '../needs-docker.js';
import { closePlace, openPlace, type Place, type PlaceOptions } from '../place.js';
import { runtimeCommand } from '../runtimes.js';
import { Sandboxes, type SandboxesDeps, type SandboxesOptions } from '../sandboxes.js';
import { NamespaceBody } from './body.js';
import { closeHost, type NamespaceHost, openHost } from './host.js';
import { interpreterOf } from './interpreter.js';
import { findOutboundTools } from './outbound.js';
import { findTools } from './tools.js';

export interface NamespaceDriverDeps extends SandboxesDeps {
  /** Chooses the users of sandboxes. */
  readonly random?: Random;
  /** How a runtime is started, with its program among Hearth's runtimes. */
  readonly runtimeCommand?: typeof runtimeCommand;
}

export interface NamespaceDriverOptions extends SandboxesOptions, PlaceOptions {}

export class NamespaceDriver implements SandboxDriver {
  readonly kind = 'namespace';
  readonly #sandboxes: Sandboxes;
  #place: Place | null = null;
  #host: NamespaceHost | null = null;

  constructor(
    private readonly deps: NamespaceDriverDeps,
    private readonly options: NamespaceDriverOptions,
  ) {
    this.#sandboxes = new Sandboxes(deps, options);
  }

  /** Throws `not-offered` where the host lacks something. */
  async start(): Promise<void> {
    const { manifestPath } = this.options;
    const tools = await findTools();
    if (typeof tools === 'string') throw notOffered(tools);
    const place = await openPlace(this.deps, this.options);
    this.#place = place;
    const { runtimeDir } = place;
    try {
      const random = this.deps.random ?? systemRandom();
      this.#host = await openHost(tools, runtimeDir, dirname(manifestPath), random);
    } catch (error) {
      await this.stop();
      throw notOffered(`${(error as Error).message}.`);
    }
    this.#sandboxes.open(runtimeDir);
    const limits = place.home?.summary ?? 'no cgroups here: neither memory nor CPU is limited';
    const seccomp = this.#host.seccompFile !== null;
    this.deps.logger.info({ runtimeDir, limits, seccomp }, 'namespace driver ready');
  }

  async stop(): Promise<void> {
    const place = this.#place;
    if (place === null) return;
    this.#place = null;
    await this.#sandboxes.close();
    if (this.#host !== null) await closeHost(this.#host);
    this.#host = null;
    await closePlace(place, this.options.manifestPath);
  }

  async create(spec: SandboxSpec): Promise<Sandbox> {
    if (spec.image !== null) throw needsDocker();
    const start = this.deps.runtimeCommand ?? runtimeCommand;
    const command = await start(spec.runtime, spec.memoryMb);
    const interpreter = await interpreterOf(command.command);
    const outbound = spec.network === 'outbound' ? await findOutboundTools() : null;
    const host = this.#host;
    const home = this.#place?.home ?? null;
    if (host === null) {
      throw new HearthError('draining', 'This node makes no sandboxes now; ask another node.');
    }
    return this.#sandboxes.create(spec, ({ id, number }) => {
      const name = String(number);
      const makeGroup = home === null ? null : () => home.create(name, groupLimitsOf(spec));
      const { clock } = this.deps;
      const { deadlines } = this.#sandboxes;
      const deps = { clock, deadlines, host, makeGroup };
      return new NamespaceBody(deps, { id, spec, command, interpreter, outbound });
    });
  }
}

function notOffered(reason: string): HearthError {
  return new HearthError(
    'not-offered',
    `Sandboxes of the kind 'namespace' cannot be made here: ${reason}`,
  );
}
