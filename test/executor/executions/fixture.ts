/** Executions and where they are kept, for tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  type Ended,
  type Execution,
  type ExecutionQuery,
  ExecutionStore,
  type ExecutionStoreOptions,
} from '../../../src/executor/index.js';
import { SimulatedClock, silentLogger } from '../../../src/lib/index.js';

export const idOf = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const everything: ExecutionQuery = {
  functionName: null,
  versions: null,
  requestId: null,
  sinceMs: 0,
  untilMs: Number.MAX_SAFE_INTEGER,
  result: null,
  start: null,
  order: 'newest',
  most: 100,
};

export function execution(number: number, more: Partial<Execution> = {}): Execution {
  return {
    requestId: idOf(number),
    functionName: 'f',
    version: '$LATEST',
    start: 'warm',
    result: 'ok',
    errorType: '',
    arrivedMs: 1_767_225_600_000 + number,
    queueMs: 0,
    startMs: 0,
    initMs: 0,
    durationMs: 1.5,
    memoryMb: 128,
    memoryPeakBytes: 30_000 * 1024,
    cpuMs: 1.25,
    hops: 1,
    caller: 'AKIAEXAMPLE',
    logStream: '2026/01/01/[$LATEST]abc',
    ...more,
  };
}

/** As the executor hands over a warm one. */
export function ended(number: number, clock: SimulatedClock, more: Partial<Execution> = {}): Ended {
  const { functionName, version, logStream, durationMs, memoryMb, hops, caller, result } = {
    ...execution(number),
    ...more,
  };
  return {
    source: { functionName, functionVersion: version, logStream },
    report: {
      requestId: idOf(number),
      startedWallMs: clock.wallMs() - durationMs,
      durationMs,
      billedMs: Math.ceil(durationMs),
      start: 'warm',
      initMs: null,
      memoryMb,
      memoryPeakBytes: null,
      cpuMs: null,
      errorType: null,
    },
    waitedMs: 0,
    making: null,
    failure: result === 'ok' ? null : Buffer.from('{"errorType":"TypeError"}'),
    initFailed: false,
    hops,
    caller,
    traceId: '',
  };
}

export async function directoryOf(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-executions-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function storeIn(
  t: TestContext,
  directory: string,
  options: Partial<ExecutionStoreOptions> = {},
  clock = new SimulatedClock(),
) {
  const store = new ExecutionStore(
    { clock, logger: silentLogger },
    { directory, bytesMax: 1e8, ageMsMax: 86_400_000, ...options },
  );
  await store.start();
  t.after(() => store.stop());
  return { store, clock };
}
