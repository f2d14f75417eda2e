/**
 * What is done with every invocation and cannot be left out, called in this process alone: CPU time of a call, and its share of
 * the time that a node spends on a request.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LogStore } from '../../src/agent/index.js';
import { type EndedRun, ExecutionStore } from '../../src/executor/index.js';
import { newRequestId } from '../../src/ingress/invoke/invocations.js';
import { Metrics } from '../../src/ingress/pages/metrics.js';
import { randomUuid, silentLogger, systemClock } from '../../src/lib/index.js';
import { FiguresRecorder } from '../../src/rollout/index.js';
import { alternately, type Line, lineOf, type MeasureOptions } from '../harness/index.js';

const deps = { clock: systemClock, logger: silentLogger };
const bytesMax = 256 * 1024 * 1024;
const batch = 500;
/** Long enough for what a batch left to be written. */
const batchEveryMs = 5;
const promisedShare = 0.1;

/** `nodeUs`: CPU time of a node for a request. */
export async function callLines(
  nodeUs: readonly number[],
  { count, short }: MeasureOptions,
): Promise<Line[]> {
  const directory = await mkdtemp(join(tmpdir(), 'hb-'));
  const executions = new ExecutionStore(deps, { directory, bytesMax, ageMsMax: 86_400_000 });
  const logs = new LogStore(deps, { directory: join(directory, 'logs'), bytesMax });
  await executions.start();
  await logs.start();
  try {
    const calls = callsOf(executions, logs);
    const found = await alternately(Object.keys(calls), { warmUps: 1, rounds: count }, (what) =>
      costUs(calls[what] ?? (() => {}), short ? 20 : 100),
    );
    const sums = Array.from({ length: count }, (_, round) =>
      Object.values(found).reduce((sum, us) => sum + (us[round] ?? 0), 0),
    );
    const shares = sums.map((us, round) => us / (nodeUs[round] ?? Number.NaN));
    return [
      ...Object.entries(found).map(([what, us]) => lineOf(what, 'us of CPU', us)),
      lineOf('all of that, of the CPU time of a request', 'ratio', shares, ['<=', promisedShare]),
    ];
  } finally {
    await executions.stop();
    await logs.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function callsOf(executions: ExecutionStore, logs: LogStore): Record<string, (at: number) => void> {
  const metrics = new Metrics(systemClock, 'bench', () => true);
  const figures = new FiguresRecorder(systemClock);
  const warm = { start: 'warm', hops: 0, functionError: false, durationMs: 1 } as const;
  const ended = Array.from({ length: 64 }, (_, at) => endedRun(`stream-${at}`));
  const endedAt = (at: number): EndedRun => ended[at % ended.length] as EndedRun;
  return {
    'a request id': () => newRequestId(),
    'counts for metrics': () => {
      metrics.answered(200);
      metrics.invoked('echo', 'warm', 'ok', 1);
    },
    'counts for comparing releases': () => figures.answered('echo', 200, warm, 1.2),
    'a record of the execution': (at) => executions.ended({ ...endedAt(at) }),
    'START, END and REPORT': (at) => {
      const { source, report } = endedAt(at);
      logs.report(source, report);
    },
  };
}

function endedRun(logStream: string): EndedRun {
  return {
    source: { functionName: 'echo', functionVersion: '$LATEST', logStream },
    report: {
      requestId: randomUuid(),
      startedWallMs: systemClock.wallMs(),
      durationMs: 1,
      billedMs: 1,
      start: 'warm',
      initMs: null,
      memoryMb: 128,
      memoryPeakBytes: 5e7,
      cpuMs: 0.5,
      errorType: null,
    },
    waitedMs: 0,
    making: null,
    failure: null,
    initFailed: false,
    hops: 0,
    caller: 'open',
    traceId: '',
  };
}

/** With what is done later, in turns of their own and other threads. */
async function costUs(call: (at: number) => void, batches: number): Promise<number> {
  const began = process.cpuUsage();
  for (let at = 0; at < batches; at++) {
    for (let number = 0; number < batch; number++) call(at * batch + number);
    await delay(batchEveryMs);
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / (batches * batch);
}
