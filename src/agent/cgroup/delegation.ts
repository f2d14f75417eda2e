/**
 * Where in the v2 hierarchy a node may have groups with controllers. A group gives controllers to those
 * below it only while it has no processes of its own (but for the root of all), and the node is a process
 * of its own group. So either the node alone is in there, as a service with `Delegate=yes`: then it
 * moves into a leaf beside its sandboxes. Or a group above is asked, which usually has given to others already.
 */
import { access, constants, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { exists } from '../../lib/index.js';
import { type Hierarchy, upwards } from './hierarchies.js';
import { groupsBelow, listedOwnPids } from './kill.js';
import { controllers } from './place.js';
import type { GroupSystem } from './system.js';
import type { Controller } from './types.js';

export interface Delegation {
  /** The group in which the home is to be made. */
  readonly parent: string;
  /** Enables there what is to be had, as far as it works; called once. */
  prepare(): Promise<void>;
  /** The opposite, once the home is gone. */
  undo(): Promise<void>;
}

interface Candidate {
  readonly path: string;
  readonly enabled: readonly Controller[];
  /** Not enabled yet. */
  readonly more: readonly Controller[];
  readonly isOwn: boolean;
  readonly needsLeaf: boolean;
}

/** Such as `hearth-a1B2c3.node`. */
const leafName = /^hearth-[A-Za-z0-9]{6}\.node$/;

/** Null where no group can be made. `own` is the directory of the node's own group. */
export async function findDelegation(
  hierarchy: Hierarchy,
  own: string,
  name: string,
  system: GroupSystem,
): Promise<Delegation | null> {
  let best: Candidate | null = null;
  for (const path of upwards(own, hierarchy)) {
    if (!(await canHaveGroups(path))) continue;
    const candidate = await candidateAt(path, path === own);
    if (best === null || worth(candidate) > worth(best)) best = candidate;
  }
  return best === null ? null : delegationAt(best, name, system);
}

/**
 * Of equally many controllers those of a group in which nobody else's are to be enabled, and then of the
 * nearest. The disk's is worth no step.
 */
function worth({ enabled, more, isOwn }: Candidate): number {
  const missing = withoutIo(more);
  const total = withoutIo(enabled) + missing;
  return 2 * total + (isOwn || missing === 0 ? 1 : 0);
}

function withoutIo(names: readonly Controller[]): number {
  return names.filter((name) => name !== 'io').length;
}

/** Permission to move processes is asked for here as well: who delegates gives both. */
async function canHaveGroups(path: string): Promise<boolean> {
  const type = await readFile(join(path, 'cgroup.type'), 'utf8').catch(() => 'domain');
  if (type.trim() !== 'domain') return false;
  try {
    await access(path, constants.W_OK);
    await access(join(path, 'cgroup.procs'), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function candidateAt(path: string, isOwn: boolean): Promise<Candidate> {
  const available = await namesIn(join(path, 'cgroup.controllers'));
  const enabled = await namesIn(join(path, 'cgroup.subtree_control'));
  const more = available.filter((name) => !enabled.includes(name));
  const pids = await listedOwnPids(path);
  const isRoot = !(await exists(join(path, 'cgroup.type')));
  if (more.length === 0 || pids.length === 0 || isRoot) {
    return { path, enabled, more, isOwn, needsLeaf: false };
  }
  const isAlone = isOwn && pids.every((pid) => pid === process.pid);
  return { path, enabled, more: isAlone ? more : [], isOwn, needsLeaf: isAlone };
}

function delegationAt(candidate: Candidate, name: string, system: GroupSystem): Delegation {
  const { path, more, needsLeaf } = candidate;
  const leaf = join(path, `${name}.node`);
  const control = join(path, 'cgroup.subtree_control');
  const move = (to: string): Promise<void> =>
    system.write(join(to, 'cgroup.procs'), String(process.pid));
  return {
    parent: path,
    async prepare() {
      for (const old of await groupsBelow(path)) {
        // of a node that crashed; one that has processes cannot be removed
        if (leafName.test(basename(old))) await system.rmdir(old).catch(() => undefined);
      }
      if (needsLeaf) {
        await system.mkdir(leaf);
        await move(leaf);
      }
      await enable(control, more, system);
    },
    async undo() {
      if (!needsLeaf) return;
      for (const controller of more) {
        await system.write(control, `-${controller}`).catch(() => undefined);
      }
      await move(path).catch(() => undefined);
      await system.rmdir(leaf).catch(() => undefined);
    },
  };
}

/** One by one, for one that is refused would refuse all. */
export async function enable(
  control: string,
  names: readonly Controller[],
  system: GroupSystem,
): Promise<void> {
  for (const name of names) await system.write(control, `+${name}`).catch(() => undefined);
}

/** Those of ours. */
export async function namesIn(path: string): Promise<readonly Controller[]> {
  const names = (await readFile(path, 'utf8').catch(() => '')).trim().split(/\s+/);
  return controllers.filter((name) => names.includes(name));
}
