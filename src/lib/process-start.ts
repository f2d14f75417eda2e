/** Tells a process from a later one with the same number. */
import { readFile } from 'node:fs/promises';

/** When the process started, in the kernel's ticks since boot; empty where none runs. Linux. */
export async function processStart(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // the name in parentheses may hold anything; the state comes first after it, the start time as the 20th
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // a dead one that its parent has not asked after keeps its number
  return /^[ZX]/.test(fields[0] ?? '') ? '' : (fields[19] ?? '');
}

/** `PID START` of a running process, null where there is none. */
export async function processMark(pid: number): Promise<string | null> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // somebody else's runs as well
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null;
  }
  const start = await processStart(pid);
  return start === '' && process.platform === 'linux' ? null : `${pid} ${start}`;
}

/** Whether the process of a `PID START` runs. */
export async function markRuns(mark: string): Promise<boolean> {
  const pid = Number(mark.split(' ')[0]);
  return Number.isInteger(pid) && pid > 0 && mark === (await processMark(pid));
}
