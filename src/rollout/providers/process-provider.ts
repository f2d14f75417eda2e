/** Nodes as processes of this host: releases are directories, and places are data directories with their locks. */
import { dirname } from 'node:path';
import { together } from '../../lib/index.js';
import type { ProviderConfig } from '../../types/index.js';
import type { Place, Provider, Release } from '../types.js';
import type { ProviderDeps } from './make-provider.js';
import { argumentsIn } from './node-arguments.js';
import { PlaceProcess } from './place-process.js';
import { placeNamed } from './refusals.js';
import { ReleaseDirectory } from './release-directory.js';

/** Of this process alone: its channel to a parent, and what a service manager expects of it. */
const ownVariables = [
  ...['NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE', 'NODE_UNIQUE_ID'],
  ...[
    'NOTIFY_SOCKET',
    'WATCHDOG_PID',
    'WATCHDOG_USEC',
    'LISTEN_FDS',
    'LISTEN_PID',
    'LISTEN_FDNAMES',
  ],
];

export class ProcessProvider implements Provider {
  readonly kind = 'process';
  readonly #places: readonly PlaceProcess[];
  readonly #releases: ReleaseDirectory;

  constructor(
    private readonly deps: ProviderDeps,
    private readonly config: ProviderConfig & { readonly kind: 'process' },
  ) {
    this.#places = config.places.map((place) => new PlaceProcess(deps, place));
    this.#releases = new ReleaseDirectory(deps, { directory: config.releases });
  }

  list(): Promise<readonly Place[]> {
    return together(
      this.#places.map(async (place) => {
        const { name, http, cluster } = place.config;
        const running = await place.running();
        return { name, http, cluster, running: running && { version: running.version } };
      }),
    );
  }

  prepared(): Promise<readonly string[]> {
    return this.#releases.list();
  }

  async prepare(release: Release, signal: AbortSignal): Promise<void> {
    await this.#releases.prepare(release, signal);
    const running = await together(this.#places.map((place) => place.running()));
    const versions = running.flatMap((node) => (node === null ? [] : [node.version]));
    await this.#releases.prune(new Set([release.version, ...versions]));
  }

  async start(name: string, version: string): Promise<void> {
    const place = placeNamed(this.#places, name);
    await place.start(version, async () => ({
      program: await this.#releases.program(version),
      words: argumentsIn(place.config, this.config.places, this.deps),
      environment: this.#environment(),
    }));
  }

  async stop(name: string, how: 'drain' | 'kill'): Promise<void> {
    const place = placeNamed(this.#places, name);
    await (how === 'drain' ? place.drain() : place.kill());
  }

  #environment(): NodeJS.ProcessEnv {
    const environment = { ...this.deps.environment };
    for (const name of ownVariables) delete environment[name];
    // `bin/hearth` asks the path for its interpreter: the one that runs here comes first
    environment.PATH = `${dirname(process.execPath)}:${environment.PATH ?? '/usr/bin:/bin'}`;
    // until it is ready it has nothing to do that those beside it could not do first
    environment.HEARTH_YIELD = '1';
    return environment;
  }
}
