/** What a provider needs of the node around it, for tests. */
import { silentLogger, systemClock } from '../../../src/lib/index.js';
import { artifactFetcher, type ProviderDeps, ReleaseWeb } from '../../../src/rollout/index.js';

/** What can be told to another process. */
export interface OwnProgram {
  readonly version: string;
  readonly programRoot: string;
  readonly nodeArguments: readonly string[];
}

/** Opens no connection for `file:`. */
const web = new ReleaseWeb({ clock: systemClock });

export function depsOf(own: OwnProgram, changes: Partial<ProviderDeps> = {}): ProviderDeps {
  return {
    ...own,
    clock: systemClock,
    logger: silentLogger,
    environment: process.env,
    members: () => ['127.0.0.1:9999'],
    fetchArtifact: artifactFetcher(web),
    clearAfterCrash: () => Promise.resolve(),
    drainWithinMs: 20_000,
    ...changes,
  };
}
