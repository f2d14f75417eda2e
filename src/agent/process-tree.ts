/**
 * The processes of a sandbox where no cgroup holds them: by process group and, for what has left the group, by
 * the sandbox's id in the environment. Good against daemons, not against a process that clears its
 * environment on purpose.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Rounds of the sweep by environment: each finds what the last round's victims had forked meanwhile. */
const sweepRoundsMax = 10;

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
