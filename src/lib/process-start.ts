/** Tells a process from a later one with the same number. */
import { readFile } from 'node:fs/promises';

/** When the process started, in the kernel's ticks since boot; empty where there is no such process. Linux. */
export async function processStart(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // the name in parentheses may hold anything; the start time is the 20th field after it
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
