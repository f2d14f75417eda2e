/**
 * The pool of sandboxes beside the design that keeps it in a list of Redis: take an idle sandbox, run, give it
 * back. The sandboxes do nothing, so that what is measured is the pool. Short rounds alternate and are compared
 * each with its neighbour; ends with an error where the pool is not twice as fast.
 *
 * usage: npm run bench:pool [-- [ROUNDS [SECONDS]]]
 *
 * The pool is the whole executor; the other side does the same beside its list. Redis (`redis-server` of the PATH) has a Unix
 * socket, saves nothing, and does nothing else; its client sends all that is asked in one turn at once, and no
 * request waits for the sandbox to be back in the list.
 */
import { cpus, loadavg } from 'node:os';
import {
  alternately,
  type Line,
  lineOf,
  NotHere,
  ratios,
  tableOf,
  withPlace,
} from './harness/index.js';
import { executorPool } from './pool/executor-pool.js';
import { redisPool } from './pool/redis-pool.js';
import type { MeasuredPool } from './pool/sandbox.js';
import { type RunningRedis, startRedis } from './reference/redis-list/server.js';

const scenarios = [
  { what: 'one at a time', callers: 1, sandboxes: 1 },
  { what: '64 at a time', callers: 64, sandboxes: 64 },
  { what: '64 at a time in 16 sandboxes', callers: 64, sandboxes: 16 },
] as const;
const promisedRatio = 2;
const portBase = 26_290;

const [rounds = 15, seconds = 0.4] = process.argv.slice(2).map(Number);

async function takesPerS(pool: MeasuredPool, callers: number, forS: number): Promise<number> {
  const beganMs = performance.now();
  const endMs = beganMs + forS * 1000;
  let takes = 0;
  const call = async (): Promise<void> => {
    while (performance.now() < endMs) {
      await pool.run();
      takes++;
    }
  };
  await Promise.all(Array.from({ length: callers }, () => call()));
  return (takes * 1000) / (performance.now() - beganMs);
}

async function measure(redis: RunningRedis | null): Promise<Line[]> {
  const lines: Line[] = [];
  for (const { what, callers, sandboxes } of scenarios) {
    const pools: { mine: MeasuredPool; its?: MeasuredPool } = {
      mine: await executorPool(sandboxes),
    };
    if (redis !== null) pools.its = await redisPool(redis.socketPath, sandboxes);
    const names = Object.keys(pools) as (keyof typeof pools)[];
    const { mine, its } = await alternately(names, { warmUps: 2, rounds }, async (name) =>
      pools[name] === undefined ? Number.NaN : takesPerS(pools[name], callers, seconds),
    );
    for (const pool of Object.values(pools)) await pool.close();
    lines.push(lineOf(`pool, ${what}`, 'takes/s', mine.map(Math.round)));
    if (redis === null) continue;
    lines.push(lineOf(`Redis list, ${what}`, 'takes/s', its.map(Math.round)));
    lines.push(lineOf(`ratio, ${what}`, 'x', ratios(mine, its), ['>=', promisedRatio]));
  }
  return lines;
}

const loadBefore = loadavg()[0]?.toFixed(2);
const lines = await withPlace(portBase, async (place) => {
  const redis = await startRedis(place).catch((error: unknown) => {
    if (!(error instanceof NotHere)) throw error;
    console.log(`not compared: ${error.message}`);
    return null;
  });
  return measure(redis);
});
console.log(
  `Node.js ${process.version}, ${cpus().length} cores, load before ${loadBefore}\n${tableOf(lines)}`,
);
process.exit(lines.every(({ held }) => held) ? 0 : 1);
