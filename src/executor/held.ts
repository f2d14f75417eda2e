/** A sandbox in the executor's hands, and the reports of what it ran. */
import {
  type InvocationReport,
  type LogSource,
  logTailOf,
  type Sandbox,
  type SandboxInitError,
  type SandboxResult,
} from '../agent/index.js';
import type { FunctionRecord } from '../catalog/index.js';
import type { InvocationOutcome, StartKind } from '../types/index.js';

export interface Held {
  readonly sandbox: Sandbox;
  readonly source: LogSource;
  /** Invocations under way: their answers may still come though the process has gone. */
  running: number;
  /** The CPU time that reports have told of. */
  reportedCpuMs: number;
  /** A report has told how long it was initialised. */
  initReported: boolean;
  /** It is being ended. */
  buried: boolean;
}

export function hold(sandbox: Sandbox, { name, version }: FunctionRecord): Held {
  return {
    sandbox,
    source: { functionName: name, functionVersion: version, logStream: sandbox.logStream },
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

/** What its caller gets. */
export function failedOutcomeOf(
  { version }: FunctionRecord,
  { payload, log }: SandboxInitError,
  report: InvocationReport,
): InvocationOutcome {
  return {
    payload,
    streamed: false,
    functionError: true,
    executedVersion: version,
    start: 'cold',
    durationMs: 0,
    logTail: () => logTailOf(version, report, log),
  };
}
