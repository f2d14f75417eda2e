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
import { lineOf, tableOf } from './harness/report.js';
import { executorPool } from './pool/executor-pool.js';
import { redisPool } from './pool/redis-pool.js';
import { startRedis } from './pool/redis-server.js';
import type { MeasuredPool } from './pool/sandbox.js';

const scenarios = [
  { what: 'one at a time', callers: 1, sandboxes: 1 },
  { what: '64 at a time', callers: 64, sandboxes: 64 },
  { what: '64 at a time in 16 sandboxes', callers: 64, sandboxes: 16 },
] as const;
const promisedRatio = 2;

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

const loadBefore = loadavg()[0]?.toFixed(2);
const redis = await startRedis();
const lines = [];
try {
  for (const { what, callers, sandboxes } of scenarios) {
    const mine = await executorPool(sandboxes);
    const its = redis === null ? null : await redisPool(redis.socketPath, sandboxes, callers);
    const perS: { mine: number[]; its: number[]; ratio: number[] } = {
      mine: [],
      its: [],
      ratio: [],
    };
    for (let round = -2; round < rounds; round++) {
      // in turn who is first, for what else the machine does comes and goes
      const mineFirst = round % 2 === 0;
      let first = mineFirst ? await takesPerS(mine, callers, seconds) : Number.NaN;
      const second = its === null ? Number.NaN : await takesPerS(its, callers, seconds);
      if (!mineFirst) first = await takesPerS(mine, callers, seconds);
      // the first two only warm up
      if (round < 0) continue;
      perS.mine.push(first);
      perS.its.push(second);
      perS.ratio.push(first / second);
    }
    await mine.close();
    await its?.close();
    lines.push(lineOf(`pool, ${what}`, 'takes/s', perS.mine.map(Math.round)));
    if (its === null) continue;
    lines.push(lineOf(`Redis list, ${what}`, 'takes/s', perS.its.map(Math.round)));
    lines.push(lineOf(`ratio, ${what}`, 'x', perS.ratio, ['>=', promisedRatio]));
  }
} finally {
  await redis?.stop();
}
const version = redis?.version ?? 'no redis-server is installed: not compared';
console.log(
  `Node.js ${process.version}, ${cpus().length} cores, ${version}, load before ${loadBefore}\n` +
    tableOf(lines),
);
process.exit(lines.every(({ held }) => held) ? 0 : 1);
