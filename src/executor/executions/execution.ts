/** What is known of an invocation once it is over, on the node that ran or refused it. */

/** `restored`: a cold start from a snapshot. `none`: no sandbox took part. The places are numbers on the disk. */
export const startTypes = ['none', 'warm', 'cold', 'stolen', 'restored'] as const;
export type StartType = (typeof startTypes)[number];

/**
 * `error`: the function failed by itself. `exit`: its process ended. `init-error`: it could not be loaded.
 * `throttled`: there was no room for it. `refused`: it did not begin for another reason, or broke off for one of the
 * node's. The places are numbers on the disk.
 */
export const executionResults = [
  'ok',
  'error',
  'timeout',
  'out-of-memory',
  'exit',
  'init-error',
  'throttled',
  'refused',
] as const;
export type ExecutionResult = (typeof executionResults)[number];

/** Times are milliseconds with fractions. Queue, start, initialisation and duration follow on each other. */
export interface Execution {
  readonly requestId: string;
  readonly functionName: string;
  readonly version: string;
  readonly start: StartType;
  readonly result: ExecutionResult;
  /** Such as `TypeError` or `Runtime.ExitError`, or the code of the refusal; empty where it succeeded. */
  readonly errorType: string;
  /** When the request came to the node, since 1970. */
  readonly arrivedMs: number;
  /** Waiting for a place, or for a sandbox that somebody gives back. */
  readonly queueMs: number;
  /** Of a cold start: until the runtime was there. */
  readonly startMs: number;
  /** Of a cold start: until the handler was loaded. */
  readonly initMs: number;
  /** Inside the function. */
  readonly durationMs: number;
  /** What the function may use. */
  readonly memoryMb: number;
  /** The most that its sandbox has used so far, to the KiB; null where nobody counts. */
  readonly memoryPeakBytes: number | null;
  /** CPU time since the sandbox's invocation before; null where nobody counts. */
  readonly cpuMs: number | null;
  /** Forwards that the request took. */
  readonly hops: number;
  /** Who asked: a key's id, or what kind of caller; empty where nobody says. */
  readonly caller: string;
  /** Where its lines are in the log of this node, by its request id; empty where it has none. */
  readonly logStream: string;
}

/** One that has not ended: it runs on this node. */
export interface UnderWay {
  readonly requestId: string;
  readonly functionName: string;
  readonly version: string;
  /** When it began, since 1970. */
  readonly startedMs: number;
  /** How long it has been inside the function. */
  readonly runningMs: number;
  readonly logStream: string;
}

/** From its coming to the node to its answer. */
export function totalMsOf({ queueMs, startMs, initMs, durationMs }: Execution): number {
  return queueMs + startMs + initMs + durationMs;
}

/** When it was over, since 1970. */
export function endedMsOf(execution: Execution): number {
  return execution.arrivedMs + totalMsOf(execution);
}

/** The time that counts for what is used: whole milliseconds inside the function, begun ones too. */
export function billedMsOf({ durationMs }: Execution): number {
  return Math.ceil(durationMs);
}

/** Whether the function was run, or tried to be: what usage counts. */
export function hasRun({ result }: Execution): boolean {
  return result !== 'throttled' && result !== 'refused';
}
