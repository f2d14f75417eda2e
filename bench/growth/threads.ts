/** CPU time of the threads of a node, as the kernel counts it. */
import { readdir, readFile } from 'node:fs/promises';
import { cpuS } from '../harness/index.js';

export interface ThreadTimes {
  readonly processS: number;
  /** By the number of the thread. */
  readonly threadS: ReadonlyMap<string, number>;
}

/** Seconds so far. */
export async function threadTimes(pid: number): Promise<ThreadTimes> {
  const threads = await readdir(`/proc/${pid}/task`);
  const each = threads.map(async (thread): Promise<[string, number]> => {
    // a thread may end meanwhile
    const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0');
    return [thread, Number(text.split(' ')[0]) / 1e9];
  });
  return { processS: await cpuS([pid]), threadS: new Map(await Promise.all(each)) };
}

/** Seconds used in between. Of a node the control thread is the busiest one beside the main one. */
export function usedBetween(
  pid: number,
  before: ThreadTimes,
  after: ThreadTimes,
): { readonly processS: number; readonly controlS: number } {
  const others = [...after.threadS].filter(([thread]) => thread !== String(pid));
  const used = others.map(([thread, s]) => s - (before.threadS.get(thread) ?? s));
  return { processS: after.processS - before.processS, controlS: Math.max(0, ...used) };
}
