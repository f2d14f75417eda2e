/** Frozen sandboxes in numbers: the CPU time of all of them over ten seconds, and that of the process that keeps them. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Sandbox } from '../../src/agent/index.js';
import { type Line, lineOf } from '../harness/report.js';
import { callOf, openBench } from './sandboxes.js';

const restMs = 10_000;
const lingerMs = 100;
/** More than the linger, its tick, and the kernel on a busy machine. */
const settleMs = 3000;
const startsAtOnce = 2;

export async function measureAtRest(count: number): Promise<Line[]> {
  const bench = await openBench(lingerMs);
  try {
    const sandboxes: Sandbox[] = [];
    let left = count;
    const start = async (): Promise<void> => {
      while (left > 0) {
        left--;
        const sandbox = await bench.driver.create(bench.spec);
        await sandbox.invoke(callOf(Buffer.from('{}')));
        sandboxes.push(sandbox);
      }
    };
    await Promise.all(Array.from({ length: startsAtOnce }, start));
    await delay(settleMs);
    const before = sandboxes.map(cpuMsOf);
    const own = process.cpuUsage();
    await delay(restMs);
    const { user, system } = process.cpuUsage(own);
    const usedMs = sandboxes.map((sandbox, at) => cpuMsOf(sandbox) - (before[at] ?? 0));
    const total = usedMs.reduce((sum, ms) => sum + ms, 0);
    const seconds = restMs / 1000;
    return [
      lineOf(`CPU time of each of ${count} frozen sandboxes in ${seconds} s`, 'ms', usedMs),
      lineOf('... of all of them', 'ms', [total], ['<=', 0]),
      lineOf('... of the process that keeps them', 'ms', [(user + system) / 1000]),
    ];
  } finally {
    await bench.close();
  }
}

function cpuMsOf(sandbox: Sandbox): number {
  const { cpuMs } = sandbox.usage(true);
  if (cpuMs === null) throw new Error('nothing counts CPU time here');
  return cpuMs;
}
