/**
 * All processes of one sandbox, as one thing to kill. By cgroup where there is one: exact. Otherwise by
 * process group and, for what has left the group, by the sandbox's id in the environment: good against
 * daemons, not against a process that clears its environment on purpose.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../lib/index.js';
import { joinCgroup, makeCgroup, removeCgroup } from './cgroup.js';
import type { Lane } from './lane.js';

export interface ProcessTree {
  /** Called as soon as there is a process, and waited for before it gets any code of the function. */
  adopt(pid: number): Promise<void>;
  /** Kills everything and resolves when nothing is left, or after a bounded time. */
  remove(pid: number): Promise<void>;
}

/** Rounds of the sweep by environment: each finds what the last round's victims had forked meanwhile. */
const sweepRoundsMax = 10;

export function cgroupTree(path: string, clock: Clock, lane: Lane): ProcessTree {
  return {
    async adopt(pid) {
      await makeCgroup(path, lane);
      await joinCgroup(path, pid, lane);
    },
    async remove() {
      await removeCgroup(path, clock, lane);
    },
  };
}

export function groupTree(sandboxId: string): ProcessTree {
  return {
    adopt: () => Promise.resolve(),
    async remove(pid) {
      killGroup(pid);
      await sweepByEnvironment((id) => id === sandboxId);
    },
  };
}

/** The same tree, with its processes in a second group as well: one that weighs their share of the CPU. */
export function weighedTree(tree: ProcessTree, cpuGroup: string, lane: Lane): ProcessTree {
  return {
    async adopt(pid) {
      // a process that ends meanwhile cannot be moved; that it has ended says more than this would
      await Promise.all([tree.adopt(pid), joinCgroup(cpuGroup, pid, lane).catch(() => undefined)]);
    },
    remove: (pid) => tree.remove(pid),
  };
}

/** Kills every process whose HEARTH_SANDBOX_ID matches. Only Linux tells the environment of others. */
export async function sweepByEnvironment(matches: (sandboxId: string) => boolean): Promise<void> {
  if (process.platform !== 'linux') return;
  for (let round = 0; round < sweepRoundsMax; round++) {
    const pids = await pidsByEnvironment(matches);
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid);
  }
}

async function pidsByEnvironment(matches: (sandboxId: string) => boolean): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: number[] = [];
  for (const pid of pids) {
    if (Number(pid) === process.pid) continue;
    // A zombie's environment reads as empty: it is dead and only waits to be reaped.
    const environment = await readFile(join('/proc', pid, 'environ'), 'latin1').catch(() => '');
    const id = /(?:^|\0)HEARTH_SANDBOX_ID=([^\0]*)/.exec(environment)?.[1];
    if (id !== undefined && matches(id)) found.push(Number(pid));
  }
  return found;
}

/** The sandbox's process leads a group of its own number. */
function killGroup(pid: number): void {
  kill(-pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
