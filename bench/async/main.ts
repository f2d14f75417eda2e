/**
 * Asynchronous invocations through real nodes: how many a second are accepted, which is on a majority's disks, and how
 * many a second have run and ended, on one node and on three. Callers wait for their answer before they send the next.
 *
 * usage: npm run bench:async [-- SECONDS [CALLERS]]
 */
import { cpus, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import Table from 'cli-table3';
import { Pool } from 'undici';
import type { NodeProcess } from '../control/node-process.js';
import { withNodes } from '../control/nodes.js';

const echo = 'exports.handler = async (event) => event;';
const payload = JSON.stringify({ order: 7, text: 'x'.repeat(100) });
const askEveryMs = 50;
const endTimeoutMs = 60_000;
const cpuS = async (nodes: readonly NodeProcess[]): Promise<number> =>
  (await Promise.all(nodes.map((node) => node.cpuS()))).reduce((sum, seconds) => sum + seconds, 0);

interface Measured {
  readonly accepted: number;
  readonly refused: number;
  readonly submitS: number;
  readonly endedS: number;
  /** Sorted. */
  readonly waitsMs: readonly number[];
  readonly entries: number;
  readonly cpuMs: number;
}

const [secondsText = '5', callersText = '64'] = process.argv.slice(2);
const [seconds, callers] = [Number(secondsText), Number(callersText)];
if (!(seconds > 0 && callers > 0)) {
  console.error('usage: npm run bench:async [-- SECONDS [CALLERS]]');
  process.exit(2);
}

console.log(`Node.js ${process.version}, ${cpus().length} cores, ${callers} callers, ${seconds} s`);
const table = new Table({
  head: [
    'nodes',
    'accepted/s',
    'p50 ms',
    'p99 ms',
    'ended/s',
    'events an entry',
    'CPU ms an event',
  ],
});
for (const count of [1, 3]) {
  const settings = { sandbox: 'process', logLevel: 'warn' };
  const measured = await withNodes(count, settings, async (nodes) => {
    const [first] = nodes;
    if (first === undefined) throw new Error('there are no nodes');
    await first.deploy('echo', echo);
    await run(nodes, 1);
    return run(nodes, seconds);
  });
  const { accepted, refused, submitS, endedS, waitsMs, entries, cpuMs } = measured;
  const quantile = (share: number) =>
    waitsMs[Math.floor(waitsMs.length * share)]?.toFixed(1) ?? '-';
  table.push([
    count,
    (accepted / submitS).toFixed(0),
    quantile(0.5),
    quantile(0.99),
    (accepted / endedS).toFixed(0),
    (accepted / entries).toFixed(1),
    (cpuMs / accepted).toFixed(2),
  ]);
  if (refused > 0) console.log(`${refused} of ${count} nodes were refused`);
}
console.log(table.toString());
console.log(`load average ${loadavg().map((load) => load.toFixed(1))}`);

/** Hands in for so long, then waits until all has ended. */
async function run(nodes: readonly NodeProcess[], forS: number): Promise<Measured> {
  const before = await doneOf(nodes);
  const entriesBefore = await entriesOf(nodes);
  const cpuBefore = await cpuS(nodes);
  const startMs = performance.now();
  const waitsMs: number[] = [];
  let refused = 0;
  const pools = nodes.map(({ url }) => new Pool(url, { connections: callers }));
  const caller = async (n: number): Promise<void> => {
    const pool = pools[n % pools.length] as Pool;
    while (performance.now() - startMs < forS * 1000) {
      const sentMs = performance.now();
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: '/2015-03-31/functions/echo/invocations',
        headers: { 'x-amz-invocation-type': 'Event' },
        body: payload,
      });
      await body.dump();
      if (statusCode === 202) waitsMs.push(performance.now() - sentMs);
      else refused++;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, n) => caller(n)));
  const submitS = (performance.now() - startMs) / 1000;
  const accepted = waitsMs.length;
  while ((await doneOf(nodes)) < before + accepted) {
    if (performance.now() - startMs > endTimeoutMs) throw new Error('events do not end');
    await delay(askEveryMs);
  }
  const endedS = (performance.now() - startMs) / 1000;
  await Promise.all(pools.map((pool) => pool.close()));
  waitsMs.sort((a, b) => a - b);
  const entries = (await entriesOf(nodes)) - entriesBefore;
  const cpuMs = ((await cpuS(nodes)) - cpuBefore) * 1000;
  return { accepted, refused, submitS, endedS, waitsMs, entries, cpuMs };
}

async function entriesOf([first]: readonly NodeProcess[]): Promise<number> {
  return (await first?.metrics())?.get('hearth_log_last_index') ?? 0;
}

/** Attempts that ended well: they are counted where they ran, and are never forgotten. */
async function doneOf(nodes: readonly NodeProcess[]): Promise<number> {
  const all = await Promise.all(nodes.map((node) => node.metrics()));
  const name = 'hearth_async_attempts_total{result="ok"}';
  return all.reduce((sum, metrics) => sum + (metrics.get(name) ?? 0), 0);
}
