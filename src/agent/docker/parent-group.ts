/**
 * One control group for all containers of a node, where the daemon lets us name it: all together they weigh
 * less than the node where CPU is short, and a crash leaves one place to clear away. The daemon makes it in
 * hierarchies that Hearth has no use for as well, and never removes it.
 */
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../lib/index.js';
import {
  findAllHierarchies,
  homeWeightWrite,
  type Lane,
  linuxSystem,
  removeCgroupTree,
} from '../cgroup/index.js';

/** Where the group is or may come to be, in every hierarchy of this host. */
export async function parentGroupPaths(name: string): Promise<readonly string[]> {
  return (await wholeHierarchies()).map(({ mount }) => join(mount, name));
}

/** Gives it a low weight, where the node may; else it is as any. Never rejects. */
export async function makeParentGroup(name: string): Promise<void> {
  const found = await wholeHierarchies();
  const cpu =
    found.find(({ version, controllers }) => version === 1 && controllers.includes('cpu')) ??
    found.find(({ version }) => version === 2);
  if (cpu === undefined) return;
  const group = join(cpu.mount, name);
  const { file, text } = homeWeightWrite(cpu.version);
  try {
    await mkdir(group, { recursive: true });
    await writeFile(join(group, file), text, { flag: 'r+' });
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

/** Not those of which this process sees a part: the daemon names groups from the root. */
async function wholeHierarchies() {
  return (await findAllHierarchies(linuxSystem)).filter(({ root }) => root === '/');
}
