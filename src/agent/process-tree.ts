/**
 * The processes of a sandbox where no cgroup holds them: by process group and, for what has left the group, by
 * the sandbox's id in the environment. Good against daemons, not against a process that clears its
 * environment on purpose.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../lib/index.js';

/**
 * The sweep by environment goes on for so many rounds, and for so long: each finds what the last round's victims had
 * forked meanwhile, and victims that have had no processor yet to die on, for sandboxes yield it to others.
 */
const sweepRounds = 10;
const sweepMs = 500;

/** Kills every process whose HEARTH_SANDBOX_ID matches. Only Linux tells the environment of others. */
export async function sweepByEnvironment(
  clock: Clock,
  matches: (sandboxId: string) => boolean,
): Promise<void> {
  if (process.platform !== 'linux') return;
  const beganMs = clock.nowMs();
  for (let round = 0; round < sweepRounds || clock.nowMs() - beganMs < sweepMs; round++) {
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
export function killGroup(pid: number): void {
  kill(-pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
