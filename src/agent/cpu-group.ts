/**
 * User functions get less CPU than the node that answers for them: all sandboxes of a node together are
 * in one cgroup of low weight. It only counts where CPU is short; functions may use all that is left.
 *
 * The cpu controller is in one of two hierarchies. On v2 the group that holds the sandboxes anyway is
 * given a weight, where the controller can be enabled: not below a group that has processes of its own,
 * which the node's own group is. On v1 it is a group of its own, beside the node's tasks.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists } from '../lib/index.js';
import { canMakeGroups, ownGroup } from './cgroup.js';

/**
 * Half of what a group gets by default, and of what each busy thread of the node has where it is in none: all
 * functions together get less than the node, and a cold start on a busy machine still comes to its turn.
 */
const sharesV1 = 512;
const weightV2 = 50;
/** Such as `4:cpu,cpuacct:/user.slice`. */
const cpuLine = /^\d+:(?:[^:\n]*,)?cpu(?:,[^:\n]*)?:(.*)$/m;
const mountsV1 = ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct'];

/** A directory of the cpu controller's v1 hierarchy in which this process may make groups, or null. */
export async function findCpuRoot(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  for (const mount of mountsV1) {
    if (!(await exists(join(mount, 'cpu.shares')))) continue;
    for (const root of [join(mount, await ownGroup(cpuLine)), mount]) {
      if (await canMakeGroups(root)) return root;
    }
  }
  return null;
}

/** Makes a v1 group of low weight. */
export async function makeCpuGroup(path: string): Promise<void> {
  await mkdir(path);
  await writeFile(join(path, 'cpu.shares'), String(sharesV1));
}

/** Gives a v2 group a low weight. False where it cannot have one. */
export async function lowerWeight(path: string): Promise<boolean> {
  const weight = join(path, 'cpu.weight');
  try {
    if (!(await exists(weight))) {
      await writeFile(join(dirname(path), 'cgroup.subtree_control'), '+cpu');
    }
    await writeFile(weight, String(weightV2), { flag: 'r+' });
    return true;
  } catch {
    return false;
  }
}
