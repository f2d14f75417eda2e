/** A sandbox in the executor's hands, and the reports of what it ran. */
import {
  type InvocationReport,
  type LogSource,
  logTailOf,
  ofInvocation,
  type Sandbox,
  type SandboxInitError,
  type SandboxResult,
} from '../agent/index.js';
import type { FunctionRecord } from '../catalog/index.js';
import type { Clock } from '../lib/index.js';
import type { Invocation, InvocationOutcome, StartKind } from '../types/index.js';
import {
  type EndedInVain,
  type EndedRun,
  failureBytesMax,
  type Making,
  type UnderWay,
} from './executions/index.js';
import type { Waiter } from './waiters.js';

export interface Held {
  readonly sandbox: Sandbox;
  readonly source: LogSource;
  readonly making: Making;
  /** Invocations under way: their answers may still come though the process has gone. */
  running: number;
  /** The CPU time that reports have told of. */
  reportedCpuMs: number;
  /** A report has told how long it was initialised. */
  initReported: boolean;
  /** It is being ended. */
  buried: boolean;
}

/** `tookMs`: from the wish for it. */
export function hold(sandbox: Sandbox, { name, version }: FunctionRecord, tookMs: number): Held {
  const { isCopy: restored, loadMs: initMs } = sandbox;
  return {
    sandbox,
    source: { functionName: name, functionVersion: version, logStream: sandbox.logStream },
    making: { restored, tookMs, initMs },
    running: 0,
    reportedCpuMs: 0,
    initReported: false,
    buried: false,
  };
}

/** What an invocation that was answered comes to. Counters of the sandbox are a tenth of a second old at most. */
export function reportOf(
  held: Held,
  { memoryMb }: FunctionRecord,
  requestId: string,
  startedWallMs: number,
  start: StartKind,
  { durationMs, errorType }: SandboxResult,
): InvocationReport {
  const { memoryPeakBytes, cpuMs } = held.sandbox.usage();
  const sinceLast = cpuMs === null ? null : cpuMs - held.reportedCpuMs;
  held.reportedCpuMs = cpuMs ?? 0;
  const initMs = start === 'cold' && !held.initReported ? held.sandbox.initMs : null;
  if (initMs !== null) held.initReported = true;
  return {
    requestId,
    startedWallMs,
    durationMs,
    billedMs: Math.ceil(durationMs),
    start,
    initMs,
    memoryMb,
    memoryPeakBytes,
    cpuMs: sinceLast,
    errorType,
  };
}

/** The same of one whose sandbox could not load its handler. */
export function failedReportOf(
  { memoryMb }: FunctionRecord,
  requestId: string,
  startedWallMs: number,
  errorType: string | null,
): InvocationReport {
  return {
    requestId,
    startedWallMs,
    durationMs: 0,
    billedMs: 0,
    start: 'cold',
    initMs: null,
    memoryMb,
    memoryPeakBytes: null,
    cpuMs: null,
    errorType,
  };
}

/** What the sandboxes run now, the longest first. */
export function underWayIn(
  all: Iterable<Held>,
  functionName: string | null,
  clock: Clock,
): UnderWay[] {
  const nowMs = clock.nowMs();
  const found: UnderWay[] = [];
  for (const { sandbox, source } of all) {
    const { functionName: name, functionVersion: version, logStream } = source;
    if (functionName !== null && name !== functionName) continue;
    for (const { requestId, beganMs } of sandbox.underWay()) {
      const runningMs = nowMs - beganMs;
      const startedMs = clock.wallMs() - runningMs;
      found.push({ requestId, functionName: name, version, startedMs, runningMs, logStream });
    }
  }
  return found.sort((a, b) => b.runningMs - a.runningMs);
}

/** What an invocation was that a sandbox ran. */
export function endedOf(
  { source, making }: Held,
  { hops, caller = '', traceId }: Invocation,
  report: InvocationReport,
  waitedMs: number,
  { functionError, payload }: SandboxResult,
): EndedRun {
  return {
    source,
    report,
    waitedMs,
    making: report.start === 'cold' ? making : null,
    failure: functionError ? errorObject(payload) : null,
    initFailed: false,
    hops,
    caller,
    traceId,
  };
}

/** The same of one whose sandbox could not load its handler. */
export function failedStartOf(
  { name, version }: FunctionRecord,
  { hops, caller = '', traceId }: Invocation,
  report: InvocationReport,
  waitedMs: number,
  { payload, source }: SandboxInitError,
): EndedRun {
  return {
    source: source ?? { functionName: name, functionVersion: version, logStream: '' },
    report,
    waitedMs,
    making: { restored: false, tookMs: waitedMs, initMs: 0 },
    failure: errorObject(payload),
    initFailed: true,
    hops,
    caller,
    traceId,
  };
}

/** The same of one that waited in vain. */
export function inVainOf(
  { record, invocation, arrivedMs }: Waiter,
  code: string,
  clock: Clock,
): EndedInVain {
  const { requestId, hops, caller = '', traceId } = invocation;
  const waitedMs = clock.nowMs() - arrivedMs;
  const endedMs = clock.wallMs();
  return { source: null, requestId, record, code, endedMs, waitedMs, hops, caller, traceId };
}

const unreadable = new Uint8Array();

/** A large one is not held on to. */
function errorObject(payload: Uint8Array): Uint8Array {
  return payload.length > failureBytesMax ? unreadable : payload;
}

/** What its caller gets. */
export function failedOutcomeOf(
  { version }: FunctionRecord,
  { payload, log }: SandboxInitError,
  report: InvocationReport,
): InvocationOutcome {
  return {
    payload: ofInvocation(payload, report.requestId),
    streamed: false,
    functionError: true,
    executedVersion: version,
    start: 'cold',
    durationMs: 0,
    logTail: () => logTailOf(version, report, log),
  };
}
