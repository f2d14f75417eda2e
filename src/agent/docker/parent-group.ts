/**
 * One control group for all containers of a node, where the daemon lets us name it: all together they weigh
 * less than the node where CPU is short, and a crash leaves one place to clear away. The daemon makes it in
 * hierarchies that Hearth has no use for as well, and never removes it.
 */
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../lib/index.js';
import { type Lane, removeCgroupTree } from '../cgroup/index.js';

/** Half of what a group has by default, as with other sandboxes. */
const sharesV1 = '512';
const weightV2 = '50';
/** Such as `32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu`. */
const mountLine = /^\S+ \S+ \S+ \/ (\S+) .* - (cgroup2?) \S+ (\S+)$/;

interface Mount {
  readonly path: string;
  readonly version: 1 | 2;
  readonly options: readonly string[];
}

/** Where the group is or may come to be, in every hierarchy of this host. */
export async function parentGroupPaths(name: string): Promise<readonly string[]> {
  return (await mounts()).map(({ path }) => join(path, name));
}

/** Gives it a low weight, where the node may; else it is as any. Never rejects. */
export async function makeParentGroup(name: string): Promise<void> {
  const found = await mounts();
  const cpuV1 = found.find((mount) => mount.version === 1 && mount.options.includes('cpu'));
  const v2 = found.find((mount) => mount.version === 2);
  const [mount, file, weight] =
    cpuV1 === undefined ? [v2, 'cpu.weight', weightV2] : [cpuV1, 'cpu.shares', sharesV1];
  if (mount === undefined) return;
  const group = join(mount.path, name);
  try {
    await mkdir(group, { recursive: true });
    await writeFile(join(group, file), weight, { flag: 'r+' });
  } catch {
    // not root, or the controller is not to be had: its weight is then the usual one
  }
}

/** Ends whatever is in it, and removes it everywhere. */
export async function removeParentGroup(name: string, clock: Clock, lane: Lane): Promise<void> {
  for (const path of await parentGroupPaths(name)) {
    // mostly it is empty or not there
    const isGone = await rmdir(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT' || error.code === 'EACCES',
    );
    if (!isGone) await removeCgroupTree(path, clock, lane);
  }
}

async function mounts(): Promise<readonly Mount[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [, path, type, options] = mountLine.exec(line) ?? [];
    if (path === undefined || options === undefined) return [];
    return [{ path, version: type === 'cgroup2' ? 2 : 1, options: options.split(',') } as const];
  });
}
