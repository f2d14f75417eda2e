/** What a provider needs of the node around it, for tests. */
import { copyFile } from 'node:fs/promises';
import { silentLogger, systemClock } from '../../../src/lib/index.js';
import { fileDigest, type ProviderDeps } from '../../../src/rollout/index.js';
import { HearthError } from '../../../src/types/index.js';

/** What can be told to another process. */
export interface OwnProgram {
  readonly version: string;
  readonly programRoot: string;
  readonly nodeArguments: readonly string[];
}

export function depsOf(own: OwnProgram, changes: Partial<ProviderDeps> = {}): ProviderDeps {
  return {
    ...own,
    clock: systemClock,
    logger: silentLogger,
    environment: process.env,
    members: () => ['127.0.0.1:9999'],
    async fetchArtifact({ artifact, digest, version }, toFile) {
      await copyFile(new URL(artifact), toFile);
      if ((await fileDigest(toFile)) === digest) return;
      throw new HearthError('release-refused', `Release ${version} is not what its digest says.`);
    },
    clearAfterCrash: () => Promise.resolve(),
    drainWithinMs: 20_000,
    ...changes,
  };
}
