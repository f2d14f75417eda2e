/** What the kernel counts of processes: CPU time and memory. */
import { readFile } from 'node:fs/promises';

const clockTicksPerS = 100;
const pageMb = 4096 / 1024 / 1024;

/** CPU seconds so far of all threads of these processes. */
export async function cpuS(pids: readonly number[]): Promise<number> {
  const each = pids.map(async (pid) => {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    // the name, in parentheses, may hold anything
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / clockTicksPerS;
  });
  return sum(await Promise.all(each));
}

/** Resident memory of these processes together; what they share counts for each. */
export async function residentMb(pids: readonly number[]): Promise<number> {
  const each = pids.map(async (pid) => {
    const text = await readFile(`/proc/${pid}/statm`, 'latin1');
    return Number(text.split(' ')[1]) * pageMb;
  });
  return sum(await Promise.all(each));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
