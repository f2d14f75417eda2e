/**
 * Sandboxes as plain child processes: no isolation of the file system or the network, but of
 * environment, lifetime and, where there are cgroups, of what they use. It works wherever Node.js does.
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Sandbox, SandboxDriver, SandboxSpec, StemCell, StemKind, Zygote } from '../driver.js';
import { groupLimitsOf } from '../group-limits.js';
import { needsDocker } from '../needs-docker.js';
import { closePlace, openPlace, type Place, type PlaceOptions } from '../place.js';
import { runtimeCommand } from '../runtimes.js';
import {
  Sandboxes,
  type SandboxesDeps,
  type SandboxesOptions,
  type SandboxPlace,
} from '../sandboxes.js';
import { type Birth, birthOf, stemKindOf } from '../stem-kind.js';
import { copyGroupsOf } from '../zygote/copy-groups.js';
import { refuseOthersThanPython } from '../zygote/no-snapshot.js';
import { ProcessBody } from './body.js';

export interface ProcessDriverDeps extends SandboxesDeps {
  /** How a runtime is started; tests put misbehaving ones here. */
  readonly runtimeCommand?: typeof runtimeCommand;
}

export interface ProcessDriverOptions extends SandboxesOptions, PlaceOptions {}

export class ProcessDriver implements SandboxDriver {
  readonly kind = 'process';
  readonly #sandboxes: Sandboxes;
  #place: Place | null = null;
  #prefix: readonly string[] = [];

  constructor(
    private readonly deps: ProcessDriverDeps,
    private readonly options: ProcessDriverOptions,
  ) {
    this.#sandboxes = new Sandboxes(deps, options);
  }

  async start(): Promise<void> {
    const place = await openPlace(this.deps, this.options);
    this.#prefix = await deathSignalPrefix();
    this.#place = place;
    this.#sandboxes.open(place.runtimeDir);
    const limits = place.home?.summary ?? 'no cgroups here: niceness alone';
    this.deps.logger.info({ runtimeDir: place.runtimeDir, limits }, 'process driver ready');
  }

  async stop(): Promise<void> {
    const place = this.#place;
    if (place === null) return;
    this.#place = null;
    await this.#sandboxes.close();
    await closePlace(place, this.options.manifestPath);
  }

  async create(spec: SandboxSpec): Promise<Sandbox> {
    if (spec.image !== null) throw needsDocker();
    const makeBody = await this.#bodyMaker(spec, spec);
    return this.#sandboxes.create(spec, makeBody);
  }

  stemKindOf(spec: SandboxSpec): StemKind | null {
    return stemKindOf(spec);
  }

  async createStem(kind: StemKind): Promise<StemCell> {
    const makeBody = await this.#bodyMaker(birthOf(kind), null);
    return this.#sandboxes.createStem(kind, makeBody);
  }

  async createZygote(spec: SandboxSpec): Promise<Zygote> {
    refuseOthersThanPython(spec);
    const makeBody = await this.#bodyMaker(spec, spec);
    return this.#sandboxes.createZygote(spec, makeBody, copyGroupsOf(spec, this.#place));
  }

  /** `spec` is null of a stem cell. */
  async #bodyMaker(
    birth: Birth,
    spec: SandboxSpec | null,
  ): Promise<(place: SandboxPlace) => ProcessBody> {
    const start = this.deps.runtimeCommand ?? runtimeCommand;
    const command = await start(birth.runtime, birth.memoryMb);
    return ({ id, number, directory }) => {
      const home = this.#place?.home ?? null;
      const name = String(number);
      const makeGroup = home === null ? null : () => home.create(name, groupLimitsOf(birth));
      const { clock } = this.deps;
      const { deadlines } = this.#sandboxes;
      const deps = { clock, deadlines, makeGroup };
      return new ProcessBody(deps, { id, spec, directory, command, prefix: this.#prefix });
    };
  }
}

/** On Linux a sandbox can be told to die with the node, however the node dies. */
async function deathSignalPrefix(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  for (const directory of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const setpriv = join(directory, 'setpriv');
    const usable = await access(setpriv, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return [setpriv, '--pdeathsig', 'KILL', '--'];
  }
  return [];
}
