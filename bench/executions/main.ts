/**
 * What records of executions, usage, metrics and the figures of releases cost an invocation: in its own turn, and in the turns in which the
 * records are made. Then the whole executor with them and without, in short rounds that alternate. Ends with an
 * error where what is promised did not hold.
 *
 * usage: npm run bench:executions [-- [ROUNDS [SECONDS]]]
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, ExecutionStore } from '../../src/executor/index.js';
import { Metrics } from '../../src/ingress/pages/metrics.js';
import { nextTurn, silentLogger, systemClock } from '../../src/lib/index.js';
import { FiguresRecorder } from '../../src/rollout/index.js';
import { lineOf, tableOf } from '../harness/report.js';
import { executorPool } from '../pool/executor-pool.js';

const [rounds = 15, seconds = 0.25] = process.argv.slice(2).map(Number);
const perRound = 20_000;
const turnRuns = 64;
const promisedUs = 1;

const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-executions-'));
const store = new ExecutionStore(
  { clock: systemClock, logger: silentLogger },
  { directory, bytesMax: 256 * 1024 * 1024, ageMsMax: 86_400_000 },
);
await store.start();
const metrics = new Metrics(systemClock, 'bench', () => true);
const figures = new FiguresRecorder(systemClock);
const warm = { start: 'warm', hops: 0, functionError: false } as const;
const ids = Array.from({ length: perRound }, () => randomUUID());
const names = Array.from({ length: 50 }, (_, index) => `function-${index}`);

function endedOf(number: number): Ended {
  const functionName = names[number % names.length] ?? '';
  return {
    source: { functionName, functionVersion: '$LATEST', logStream: `stream of ${functionName}` },
    report: {
      requestId: ids[number % ids.length] ?? '',
      startedWallMs: systemClock.wallMs(),
      durationMs: 1.5,
      billedMs: 2,
      start: 'warm',
      initMs: null,
      memoryMb: 128,
      memoryPeakBytes: 5e7,
      cpuMs: 1.25,
      errorType: null,
    },
    waitedMs: 0,
    making: null,
    failure: null,
    initFailed: false,
    hops: 0,
    caller: 'AKIAIOSFODNN7EXAMPLE',
    traceId: '',
  };
}

const us: { handed: number[]; made: number[]; counted: number[]; compared: number[] } = {
  handed: [],
  made: [],
  counted: [],
  compared: [],
};
for (let round = -3; round < rounds; round++) {
  const all = Array.from({ length: perRound }, (_, number) => endedOf(number));
  const began = performance.now();
  for (const ended of all) store.ended(ended);
  const handed = performance.now();
  // makes the blocks of all that has ended
  void store.counts;
  const made = performance.now();
  for (const { source } of all) metrics.invoked(source?.functionName ?? '', 'warm', 'ok', 1.5);
  const counted = performance.now();
  for (const { source, waitedMs } of all) {
    figures.answered(source?.functionName ?? '', 200, warm, 1.5 + waitedMs);
  }
  const compared = performance.now();
  await store.find({ ...nothing(), most: 1 });
  if (round < 0) continue;
  us.handed.push(((handed - began) * 1000) / perRound);
  us.made.push(((made - handed) * 1000) / perRound);
  us.counted.push(((counted - made) * 1000) / perRound);
  us.compared.push(((compared - counted) * 1000) / perRound);
}
const lookUps = [];
for (const [what, query] of Object.entries({
  'the newest of a function': { functionName: 'function-3', most: 100 },
  'the slowest of all': { functionName: null, order: 'slowest' as const, most: 100 },
  'one by an id that is not there': { functionName: null, requestId: randomUUID(), most: 1 },
})) {
  const took: number[] = [];
  for (let round = 0; round < 3; round++) {
    const began = performance.now();
    await store.find({ ...nothing(), ...query });
    took.push(performance.now() - began);
  }
  lookUps.push(lineOf(`${what}, of ${store.counters.recorded}`, 'ms', took));
}
await store.stop();

const bare = await executorPool(1);
const recorded = new ExecutionStore(
  { clock: systemClock, logger: silentLogger },
  { directory: join(directory, 'pool'), bytesMax: 256 * 1024 * 1024, ageMsMax: 86_400_000 },
);
await recorded.start();
const full = await executorPool(1, recorded);
const costUs: number[] = [];
const invocationUs: number[] = [];
for (let round = -2; round < rounds; round++) {
  const fullFirst = round % 2 === 0;
  let withUs = fullFirst ? await takes(full.run) : 0;
  const withoutUs = await takes(bare.run);
  if (!fullFirst) withUs = await takes(full.run);
  if (round < 0) continue;
  costUs.push(withUs - withoutUs);
  invocationUs.push(withoutUs);
}
await bare.close();
await full.close();
await recorded.stop();
await rm(directory, { recursive: true });

const sums = us.handed.map((_, at) =>
  Object.values(us).reduce((sum, part) => sum + (part[at] ?? 0), 0),
);
const lines = [
  lineOf('handed over, in the turn of the request', 'us', us.handed),
  lineOf('made into a record, counted, added to usage', 'us', us.made),
  lineOf('counted by the ingress', 'us', us.counted),
  lineOf('counted for the comparison of releases', 'us', us.compared),
  lineOf('all of it', 'us', sums, ['<=', promisedUs]),
  ...lookUps,
  lineOf('an invocation in the executor alone', 'us', invocationUs),
  lineOf('what a record adds to it', 'us', costUs, ['<=', promisedUs]),
];
console.log(
  `Node.js ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(2)}\n${tableOf(lines)}`,
);
process.exit(lines.every(({ held }) => held) ? 0 : 1);

/** Microseconds of one, with what is done between them. */
async function takes(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  const endMs = began + seconds * 1000;
  let runs = 0;
  for (; performance.now() < endMs; runs++) {
    await run();
    // as between requests that come over sockets: records are made meanwhile
    if (runs % turnRuns === 0) await nextTurn();
  }
  return ((performance.now() - began) * 1000) / runs;
}

function nothing() {
  return {
    functionName: 'none',
    versions: null,
    requestId: null,
    sinceMs: 0,
    untilMs: Number.MAX_SAFE_INTEGER,
    result: null,
    start: null,
    order: 'newest' as const,
  };
}
