/**
 * What gossip costs while nothing happens: CPU of the processes, packets from the members' counters, and
 * bytes on the loopback interface, with all headers, TCP as well.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Crowd } from './crowd.js';
import { nowMs, type Usage } from './messages.js';

/** For joining, for the watches, and for the news of both to be told. */
const settleMs = 15_000;

export async function printAtRest(
  sizes: readonly number[],
  measureMs: number,
  aloneOnLoopback: boolean,
): Promise<void> {
  console.log(`\nAt rest, ${measureMs / 1000} s: per node and second`);
  if (!aloneOnLoopback) console.log('(not root: the bytes are those of everything on loopback)');
  console.log('   N | CPU ms | packets sent | bytes sent | exchanges | suspicions | false deaths');
  for (const size of sizes) {
    const crowd = await Crowd.start(size);
    try {
      await delay(settleMs);
      const startMs = nowMs();
      const before = await crowd.usage();
      const bytesBefore = await loopbackBytes();
      await delay(measureMs);
      const after = await crowd.usage();
      const bytes = (await loopbackBytes()) - bytesBefore;
      const rate = (value: number): number => value / size / (measureMs / 1000);
      const grew = (name: keyof Usage): number => total(after, name) - total(before, name);
      const cells = [
        String(size).padStart(4),
        rate(grew('cpuMs')).toFixed(1).padStart(6),
        rate(grew('sent')).toFixed(1).padStart(12),
        rate(bytes).toFixed(0).padStart(10),
        rate(grew('exchanges')).toFixed(3).padStart(9),
        String(grew('suspected')).padStart(10),
        String(crowd.falseDeaths(startMs)),
      ];
      console.log(cells.join(' | '));
    } finally {
      await crowd.stop();
    }
  }
}

function total(usages: readonly Usage[], name: keyof Usage): number {
  return usages.reduce((sum, usage) => sum + usage[name], 0);
}

/** Bytes sent on the loopback interface of this network namespace. */
async function loopbackBytes(): Promise<number> {
  const text = await readFile('/proc/net/dev', 'utf8').catch(() => '');
  const line = text.split('\n').find((each) => each.trim().startsWith('lo:'));
  return Number(line?.split(':')[1]?.trim().split(/\s+/)[8] ?? Number.NaN);
}
