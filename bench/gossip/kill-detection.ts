/**
 * How long until others know that a process was killed. One member is a process of its own and is killed
 * with SIGKILL again and again, each time as a new life under the same id; the others, in shared
 * processes, tell when they see it dead.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { columns, quantile } from '../harness/quantiles.js';
import { Crowd, idOf } from './crowd.js';
import { HostProcess } from './host-process.js';
import { nowMs } from './messages.js';

/** A kill finds a cluster at rest, at any moment of its rounds. */
const restMs = 1000;
/** All others start together: that is past when the first kill comes. */
const settleMs = 5000;
const restSpreadMs = 400;

/** What takes longer is told of one by one: the aim for 99 of 100. */
const slowMs = 300;
/** An event loop that stands still for so long has waited for a CPU. */
const disturbedMs = 100;

export interface Kill {
  /** From the kill until the first and until the last of the others knew, milliseconds. */
  readonly first: number;
  readonly all: number;
  /** Until the system itself said that the process had ended. */
  readonly gone: number;
  /** By a broken stream and a refused one; else its suspicion ran out. */
  readonly proven: boolean;
  /** An event loop of the others stood still meanwhile: the machine's delay. */
  readonly disturbed: boolean;
}

export interface KillTimes {
  readonly kills: readonly Kill[];
  readonly falseDeaths: number;
}

/** A cluster of `size` members in all, and `kills` kills of one of them. */
export async function measureKills(size: number, kills: number): Promise<KillTimes> {
  const victim = idOf(0xdead);
  const crowd = await Crowd.start(size - 1, [victim]);
  const done: Kill[] = [];
  let early = 0;
  await delay(settleMs);
  const startMs = nowMs();
  try {
    let port = 0;
    for (let life = 1; life <= kills; life++) {
      const process = new HostProcess(() => {});
      await process.start({
        members: [{ id: victim, generation: life, port }],
        seeds: crowd.seeds,
        victims: [],
      });
      port = Number(process.addresses[0]?.split(':')[1] ?? 0);
      await crowd.untilSeen(victim, life, 'alive');
      await delay(restMs + Math.random() * restSpreadMs);
      await crowd.loopDelayMs();
      const proven = await crowd.total('proven');
      early += crowd.forget(victim, life, 'dead');
      const killMs = process.kill();
      await crowd.untilSeen(victim, life, 'dead');
      await process.ended();
      const moments = crowd.sightings(victim, life, 'dead').map((atMs) => atMs - killMs);
      done.push({
        first: moments[0] ?? Number.NaN,
        all: moments.at(-1) ?? Number.NaN,
        gone: process.endedMs - killMs,
        proven: (await crowd.total('proven')) > proven,
        disturbed: (await crowd.loopDelayMs()) >= disturbedMs,
      });
    }
    return { kills: done, falseDeaths: crowd.falseDeaths(startMs) + early };
  } finally {
    await crowd.stop();
  }
}

/** Prints a line per cluster size as it is measured. */
export async function printKillDetection(sizes: readonly number[], kills: number): Promise<void> {
  console.log(`\nA killed process, ${kills} kills per size: ms until the others know`);
  console.log(
    `(disturbed: kills while an event loop of the others stood still for ${disturbedMs} ms or more)`,
  );
  console.log(
    '   N | first: p50   p99   max |  all: p50   p99   max | disturbed; all p99 of the rest | false deaths',
  );
  for (const size of sizes) {
    const { kills: done, falseDeaths } = await measureKills(size, kills);
    const calm = done.filter(({ disturbed }) => !disturbed).map(({ all }) => all);
    const first = columns(done.map((kill) => kill.first)).map((cell) => cell.padStart(5));
    const all = columns(done.map((kill) => kill.all)).map((cell) => cell.padStart(5));
    const cells = [
      String(size).padStart(4),
      `     ${first.join(' ')}`,
      `     ${all.join(' ')}`,
      String(done.length - calm.length).padStart(9) + quantile(calm, 0.99).toFixed(0).padStart(21),
      String(falseDeaths).padStart(12),
    ];
    console.log(cells.join(' | '));
    for (const [index, kill] of done.entries()) if (kill.all > slowMs) printSlow(index + 1, kill);
  }
}

function printSlow(number: number, { first, all, gone, proven, disturbed }: Kill): void {
  const times = [gone, first, all].map((ms) => ms.toFixed(0)).join(', ');
  const how = `${proven ? 'proven' : 'suspected'}${disturbed ? ', disturbed' : ''}`;
  console.log(
    `       slow: kill ${number}: process gone, first and all after ${times} ms (${how})`,
  );
}
