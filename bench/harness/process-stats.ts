/** What the kernel counts of processes: CPU time and memory. */
import { readdir, readFile } from 'node:fs/promises';

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

/** The processes that it has started, those that they have, and so on: of a node, its sandboxes. */
async function descendants(pid: number): Promise<number[]> {
  const all: number[] = [];
  await addChildren(pid, all);
  return all;
}

async function addChildren(pid: number, all: number[]): Promise<void> {
  for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
    const path = `/proc/${pid}/task/${thread}/children`;
    const text = await readFile(path, 'latin1').catch(() => '');
    for (const child of text.split(' ').filter(Boolean).map(Number)) {
      all.push(child);
      await addChildren(child, all);
    }
  }
}

/** CPU seconds so far of those that still run. */
export async function sandboxesCpuS(nodePid: number): Promise<number> {
  const pids = await descendants(nodePid);
  return sum(await Promise.all(pids.map((pid) => cpuS([pid]).catch(() => 0))));
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
