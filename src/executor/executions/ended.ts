/**
 * What the executor hands over of an invocation that is over: references to what is there anyway, so that it costs
 * next to nothing. The record is made of it later, in a turn of its own.
 */
import type { InvocationReport, LogSource } from '../../agent/index.js';
import type { FunctionRecord } from '../../catalog/index.js';
import type { Execution, ExecutionResult } from './execution.js';

/** How a sandbox came to be. */
export interface Making {
  /** From a snapshot. */
  readonly restored: boolean;
  /** From the wish for it to a loaded handler, milliseconds. */
  readonly tookMs: number;
  /** Of that, what loading the handler took. */
  readonly initMs: number;
}

export type Ended = EndedRun | EndedInVain;

export interface EndedRun {
  readonly source: LogSource;
  readonly report: InvocationReport;
  /** Between its coming to the node and its beginning. */
  readonly waitedMs: number;
  /** Of the sandbox that was made for it; null where none was. */
  readonly making: Making | null;
  /** The error object of a function that failed; null where it did not. */
  readonly failure: Uint8Array | null;
  /** The handler could not be loaded. */
  readonly initFailed: boolean;
  readonly hops: number;
  readonly caller: string;
  /** `X-Amzn-Trace-Id` as it came to the executor. */
  readonly traceId: string;
}

/** One that did not begin. */
export interface EndedInVain {
  readonly source: null;
  readonly requestId: string;
  readonly record: FunctionRecord;
  /** Of the refusal. */
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly endedMs: number;
  readonly waitedMs: number;
  readonly hops: number;
  readonly caller: string;
  readonly traceId: string;
}

/** A longer error object is not looked into. */
export const failureBytesMax = 16 * 1024;
const errorTypeCharsMax = 64;
const unknownError = 'unknown';
/** Of errors that the node writes. */
const results: Readonly<Record<string, ExecutionResult>> = {
  'Sandbox.Timedout': 'timeout',
  'Runtime.OutOfMemory': 'out-of-memory',
  'Runtime.ExitError': 'exit',
};

export function executionOf(ended: Ended): Execution {
  return ended.source === null ? inVain(ended) : ran(ended);
}

function ran(ended: EndedRun): Execution {
  const { source, report, waitedMs, making, failure, initFailed } = ended;
  const errorType = failure === null ? '' : (report.errorType ?? errorTypeOf(failure));
  // a start that began before the request came is its own only as far as it waited for it
  const madeMs = making === null ? 0 : Math.min(making.tookMs, waitedMs);
  const initMs = making === null ? 0 : Math.min(making.initMs, madeMs);
  return {
    requestId: report.requestId,
    functionName: source.functionName,
    version: source.functionVersion,
    start: making?.restored ? 'restored' : report.start,
    result: failure === null ? 'ok' : resultOf(report.errorType, initFailed),
    errorType: errorType.slice(0, errorTypeCharsMax),
    arrivedMs: report.startedWallMs - waitedMs,
    queueMs: waitedMs - madeMs,
    startMs: madeMs - initMs,
    initMs,
    durationMs: report.durationMs,
    memoryMb: report.memoryMb,
    memoryPeakBytes: report.memoryPeakBytes,
    cpuMs: report.cpuMs,
    hops: ended.hops,
    caller: ended.caller,
    logStream: source.logStream,
  };
}

function inVain({
  requestId,
  record,
  code,
  endedMs,
  waitedMs,
  hops,
  caller,
}: EndedInVain): Execution {
  return {
    requestId,
    functionName: record.name,
    version: record.version,
    start: 'none',
    result: code === 'too-many-requests' ? 'throttled' : 'refused',
    errorType: code,
    arrivedMs: endedMs - waitedMs,
    queueMs: waitedMs,
    startMs: 0,
    initMs: 0,
    durationMs: 0,
    memoryMb: record.memoryMb,
    memoryPeakBytes: null,
    cpuMs: null,
    hops,
    caller,
    logStream: '',
  };
}

/** An error of the node's is told by its type; any other is the function's own. */
function resultOf(errorType: string | null, initFailed: boolean): ExecutionResult {
  if (initFailed) return 'init-error';
  return (errorType === null ? undefined : results[errorType]) ?? 'error';
}

function errorTypeOf(failure: Uint8Array): string {
  if (failure.length > failureBytesMax) return unknownError;
  try {
    const error: unknown = JSON.parse(Buffer.from(failure).toString());
    const { errorType } = (error ?? {}) as { errorType?: unknown };
    return typeof errorType === 'string' && errorType !== '' ? errorType : unknownError;
  } catch {
    return unknownError;
  }
}
