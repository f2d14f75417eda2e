/**
 * Sandboxes as plain child processes: no isolation of the file system or the network, but of
 * environment, lifetime and, where there are cgroups, of what they use. It works wherever Node.js does.
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { SandboxSpec } from '../driver.js';
import { HostDriver } from '../host-driver.js';
import { closePlace, openPlace, type PlaceOptions } from '../place.js';
import { runtimeCommand } from '../runtimes.js';
import type { SandboxesDeps, SandboxesOptions, SandboxPlace } from '../sandboxes.js';
import type { Birth } from '../stem-kind.js';
import { ProcessBody } from './body.js';

export interface ProcessDriverDeps extends SandboxesDeps {
  /** How a runtime is started; tests put misbehaving ones here. */
  readonly runtimeCommand?: typeof runtimeCommand;
}

export interface ProcessDriverOptions extends SandboxesOptions, PlaceOptions {}

export class ProcessDriver extends HostDriver {
  readonly kind = 'process';
  #prefix: readonly string[] = [];

  constructor(
    private readonly deps: ProcessDriverDeps,
    private readonly options: ProcessDriverOptions,
  ) {
    super(deps, options);
  }

  async start(): Promise<void> {
    const place = await openPlace(this.deps, this.options);
    this.#prefix = await deathSignalPrefix();
    this.place = place;
    this.sandboxes.open(place.runtimeDir);
    const limits = place.home?.summary ?? 'no cgroups here: niceness alone';
    this.deps.logger.info({ runtimeDir: place.runtimeDir, limits }, 'process driver ready');
  }

  async stop(): Promise<void> {
    const place = this.place;
    if (place === null) return;
    this.place = null;
    await this.sandboxes.close();
    await closePlace(place, this.options.manifestPath);
  }

  protected async bodyMaker(
    birth: Birth,
    spec: SandboxSpec | null,
  ): Promise<(place: SandboxPlace) => ProcessBody> {
    const start = this.deps.runtimeCommand ?? runtimeCommand;
    const command = await start(birth.runtime, birth.memoryMb);
    return ({ id, number, directory }) => {
      const makeGroup = this.groupMaker(birth, number);
      const { clock } = this.deps;
      const { deadlines } = this.sandboxes;
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
