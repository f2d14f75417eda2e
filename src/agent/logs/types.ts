/** What the agent tells the log store of this node. Neither call waits or throws: a full store drops, and counts. */

export interface LogSource {
  readonly functionName: string;
  readonly functionVersion: string;
  /** Names the sandbox, as Lambda's log streams do. */
  readonly logStream: string;
}

/** An invocation that has been answered: what START, END and REPORT lines are made of. */
export interface InvocationReport {
  readonly requestId: string;
  /** When it began, milliseconds since 1970. */
  readonly startedWallMs: number;
  readonly durationMs: number;
  readonly billedMs: number;
  /** How the sandbox came to it. */
  readonly start: 'warm' | 'cold' | 'stolen';
  /** Where it had to wait for a new sandbox; null where not. */
  readonly initMs: number | null;
  readonly memoryMb: number;
  /** null where nothing counts it. */
  readonly memoryPeakBytes: number | null;
  /** CPU time since the sandbox's report before; null where nothing counts it. */
  readonly cpuMs: number | null;
  /** Such as `Runtime.ExitError`; null where the function answered. */
  readonly errorType: string | null;
}

export interface LogSink {
  /** Bytes that a function printed, any number of lines or parts of one: valid only during the call. `requestId` is empty outside of invocations. */
  output(source: LogSource, requestId: string, chunk: Uint8Array): void;
  report(source: LogSource, report: InvocationReport): void;
}

/** Keeps nothing. */
export const noLogs: LogSink = { output: () => undefined, report: () => undefined };
