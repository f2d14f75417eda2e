/** One invocation on its way through ingress, routing, executor and agent, and what comes back. */
import type { Cancelled } from './cancellation.js';
import type { NodeId, RequestId } from './ids.js';

/** How the sandbox came to the request: kept warm, made for it, or given back by another request. */
export type StartKind = 'warm' | 'cold' | 'stolen';

export interface Invocation {
  readonly requestId: RequestId;
  readonly functionName: string;
  /**
   * `$LATEST`, a version, or an alias until the router has chosen the version that it means: a forwarded
   * invocation names a version.
   */
  readonly qualifier: string;
  /** The qualifier as the caller named it, for the ARN that the function sees; empty where none. */
  readonly invokedAs: string;
  /** The event, as it came: JSON text by contract, not parsed by the node. At most 6 MiB. */
  readonly payload: Uint8Array;
  /** X-Amzn-Trace-Id, empty where the caller sent none. */
  readonly traceId: string;
  /** The client context, decoded from base64: JSON text, empty where the caller sent none. */
  readonly clientContext: string;
  /** Forwards that the request has taken so far. */
  readonly hops: number;
  /** Who asked, as records of executions name it: a key's id, or what kind of caller. */
  readonly caller?: string;
  /** Aborted when the caller goes away: a request that still waits for a sandbox stops waiting. */
  readonly signal?: Cancelled | undefined;
  /** Who takes a streamed answer as it comes; without it one is gathered, up to the limit of any answer. */
  readonly stream?: AnswerSink;
}

/** How a streamed answer begins. */
export interface StreamHead {
  /** What the function set, or `application/octet-stream`. */
  readonly contentType: string;
  readonly executedVersion: string;
  readonly start: StartKind;
  /** Who runs it, where that is another node. */
  readonly node?: NodeId;
}

/** Takes an answer piece by piece, as the function streams it. */
export interface AnswerSink {
  /**
   * Called once, before the first piece; never for an answer in one piece. The function is made to wait when it is a
   * window (`limits.streamWindowBytes`) ahead of the bytes that `taken` was told of.
   */
  begin(head: StreamHead, taken: (bytes: number) => void): void;
  /** The next bytes, which may be kept. */
  write(piece: Uint8Array): void;
}

/**
 * What the function answered. An error *of the function* (thrown, timed out, exited) is an outcome with
 * `functionError`; an error of Hearth (unknown function, no room) is a thrown HearthError instead.
 */
export interface InvocationOutcome {
  readonly payload: Uint8Array;
  /** The answer went to the invocation's `stream`, whole, or up to where the error in `payload` broke it off. */
  readonly streamed: boolean;
  readonly functionError: boolean;
  readonly executedVersion: string;
  readonly start: StartKind;
  /** Time inside the function, milliseconds with fractions. */
  readonly durationMs: number;
  /** The last 4 KB of the invocation's log with its START, END and REPORT lines, made for who asks. */
  readonly logTail: () => Uint8Array;
}
