/** The provider that the settings name. */
import type { Clock, Logger } from '../../lib/index.js';
import type { ProviderConfig } from '../../types/index.js';
import type { Provider, Release } from '../types.js';
import { CommandProvider } from './command-provider.js';
import { DockerProvider } from './docker-provider.js';
import { ProcessProvider } from './process-provider.js';

export interface ProviderDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of the program that runs. */
  readonly version: string;
  /** The directory with that program's `package.json` and `bin`. */
  readonly programRoot: string;
  /** What follows `hearth` on the command line of a node started here, without its place: see `nodeArgumentsOf`. */
  readonly nodeArguments: readonly string[];
  /** That nodes started here get, but for what belongs to this process alone. */
  readonly environment: NodeJS.ProcessEnv;
  /** Cluster addresses of the members that this node knows, for those that it starts to join. */
  readonly members: () => readonly string[];
  /** Downloads a release and checks its digest. Rejects with `release-refused` for another one. */
  readonly fetchArtifact: (release: Release, toFile: string, signal: AbortSignal) => Promise<void>;
  /** Clears away what the sandboxes of a killed node left, told by its data directory. */
  readonly clearAfterCrash: (dataDirectory: string) => Promise<void>;
  /** In which a node told to drain has ended, all in all. */
  readonly drainWithinMs: number;
}

export function makeProvider(config: ProviderConfig, deps: ProviderDeps): Provider {
  switch (config.kind) {
    case 'process':
      return new ProcessProvider(deps, config);
    case 'docker':
      return new DockerProvider(deps, config);
    case 'command':
      return new CommandProvider(deps, config);
  }
}
