/**
 * What the logs of functions cost a node: the time that a line and a report take of a request's turn, how long
 * look-ups in hundreds of megabytes take, how long they keep the thread from other work, and how long the start takes.
 *
 * usage: npm run bench:logs [-- [MEGABYTES]]
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type InvocationReport,
  LogReader,
  type LogSource,
  LogStore,
} from '../../src/agent/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';

const [megabytes = 300] = process.argv.slice(2).map(Number);
const functions = 50;
const perTurn = 200;
const turns = 500;
const line = Buffer.from('an example line of sixty characters, printed by some function\n');
const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-logs-'));
// the store's own timers keep no process alive
const alive = setInterval(() => {}, 1000);

const deps = { clock: systemClock, logger: silentLogger };
const options = { directory, bytesMax: 1024 * 1024 * 1024 };
const store = new LogStore(deps, options);
await store.start();
const sources: LogSource[] = Array.from({ length: functions }, (_, index) => ({
  functionName: `function-${index}`,
  functionVersion: '$LATEST',
  logStream: `2026/01/01/[$LATEST]${randomUUID()}`,
}));
const sourceOf = (number: number): LogSource => sources[number % functions] as LogSource;
const ids = Array.from({ length: 20_000 }, () => randomUUID());
const idOf = (number: number): string => ids[number % ids.length] as string;

function reportOf(requestId: string): InvocationReport {
  return {
    requestId,
    startedWallMs: systemClock.wallMs(),
    durationMs: 1.5,
    billedMs: 2,
    start: 'warm',
    initMs: null,
    memoryMb: 128,
    memoryPeakBytes: 5e7,
    cpuMs: 1.25,
    errorType: null,
  };
}

const lineUs: number[] = [];
const reportUs: number[] = [];
for (let turn = 0; turn < turns; turn++) {
  const began = performance.now();
  for (let at = 0; at < perTurn; at++) store.output(sourceOf(at), idOf(turn * perTurn + at), line);
  const between = performance.now();
  for (let at = 0; at < perTurn; at++) {
    store.report(sourceOf(at), reportOf(idOf(turn * perTurn + at)));
  }
  lineUs.push(((between - began) * 1000) / perTurn);
  reportUs.push(((performance.now() - between) * 1000) / perTurn);
  await delay(5);
}
say('a line, in the turn of the request', `${median(lineUs).toFixed(2)} us`);
say('a report, the same', `${median(reportUs).toFixed(2)} us`);

for (let number = 0; store.counters.writtenBytes < megabytes * 1e6; ) {
  for (let at = 0; at < 2000; at++, number++) {
    store.output(sourceOf(number), idOf(number), line);
    store.report(sourceOf(number), reportOf(idOf(number)));
  }
  await delay(20);
}
const needle = randomUUID();
store.output(sourceOf(3), needle, line);
await store.settled();
say(
  'records on the disk',
  `${store.counters.writtenRecords} (${store.counters.droppedRecords} dropped)`,
);

const reader = new LogReader(store, systemClock);
const loopDelay = monitorEventLoopDelay({ resolution: 1 });
loopDelay.enable();
await lookUp('the newest 100 lines of a function', { functionName: 'function-3' }, 100);
await lookUp('the newest 10,000 lines of it', { functionName: 'function-3' }, 10_000);
await lookUp('a request by its id', { requestId: needle }, 100);
await lookUp('a request that is not there', { requestId: randomUUID() }, 100);
loopDelay.disable();
say('the thread was kept from other work for', `${(loopDelay.max / 1e6).toFixed(1)} ms at most`);

await store.stop();
const next = new LogStore(deps, options);
const began = performance.now();
await next.start();
say('the start over all of it', `${(performance.now() - began).toFixed(1)} ms`);
await next.stop();
clearInterval(alive);
await rm(directory, { recursive: true });
say('load average', loadavg()[0]?.toFixed(2) ?? '');

async function lookUp(title: string, filter: object, linesMax: number): Promise<void> {
  const all = { functionName: null, versions: null, requestId: null, sinceMs: 0, untilMs: 9e15 };
  const from = performance.now();
  const { events } = await reader.newest({ ...all, ...filter }, linesMax);
  say(title, `${(performance.now() - from).toFixed(1)} ms (${events.length} lines)`);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function say(title: string, value: string): void {
  console.log(`${title.padEnd(44)} ${value}`);
}
