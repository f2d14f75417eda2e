/** What `hearth up` does for a node that it saw die: its next start would do the same. */
import { join } from 'node:path';
import { exists, silentLogger, systemClock, systemRandom } from '../lib/index.js';
import { containerManifest, sandboxManifest } from '../types/index.js';
import { DockerDriver } from './docker/driver.js';
import type { SandboxDriver } from './driver.js';
import { sweepLeftovers } from './leftovers.js';
import { noLogs } from './logs/index.js';

/**
 * Ends the sandboxes of a node that has gone, told by its data directory, and removes their files, groups and
 * containers. Throws `storage` where the node still runs.
 */
export async function clearAfterCrash(
  nodeDataDir: string,
  kind: SandboxDriver['kind'],
): Promise<void> {
  const sandboxes = join(nodeDataDir, sandboxManifest);
  const containers = join(nodeDataDir, containerManifest);
  const dockerManifest = kind === 'docker' ? sandboxes : containers;
  const hadContainers = await exists(dockerManifest);
  await sweepLeftovers(sandboxes);
  if (!hadContainers) return;
  const deps = { clock: systemClock, logger: silentLogger, logs: noLogs, random: systemRandom() };
  const driver = new DockerDriver(deps, { manifestPath: dockerManifest });
  await driver.start();
  await driver.stop();
}
