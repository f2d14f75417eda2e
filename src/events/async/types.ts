/**
 * Asynchronous invocations as everybody else sees them: an event with its whole life, and the service
 * through which it is handed in, looked up and steered. Times named `...AtMs` are wall clocks of whoever
 * proposed the command that wrote them, for people to read.
 *
 *     queued -> waiting -> ... -> delivering -> done | failed | dead
 *        '----------'-> cancelled                     dead -> queued | delivering   (redriven)
 */
import type { NodeId, RequestId } from '../../types/index.js';

/**
 * `waiting`: for its next attempt. `delivering`: ended, and its destinations have not all been told. `failed`:
 * and a destination took it. `dead`: failed, or a delivery failed, and nobody took it: kept to be redriven.
 */
export type EventStatus =
  | 'queued'
  | 'waiting'
  | 'delivering'
  | 'done'
  | 'failed'
  | 'dead'
  | 'cancelled';

/** Why an event ended, in AWS's words; the last one is of a function that calls itself in rounds. */
export type EventCondition =
  | 'Success'
  | 'RetriesExhausted'
  | 'EventAgeExceeded'
  | 'ZeroReservedConcurrency'
  | 'RecursiveInvocation';

/** What came of an event: the last answer of the function, or the error of Hearth that stood in its place. */
export interface EventOutcome {
  readonly condition: EventCondition;
  /** 200 where the function answered, be it by an error; else the status of Hearth's error. */
  readonly statusCode: number;
  /** As in the header of that name; empty where there was none. */
  readonly functionError: '' | 'Unhandled';
  readonly executedVersion: string;
  /** JSON text; empty where it was longer than `limits.eventAnswerBytesMax`, or has been forgotten. */
  readonly answer: Uint8Array;
  /** How long the answer was. */
  readonly answerBytes: number;
}

/** Something that is to be told of an event that has ended. */
export interface Delivery {
  /** `dead-letter`: the target of the function's DeadLetterConfig. */
  readonly kind: 'on-success' | 'on-failure' | 'dead-letter';
  /** An ARN, or the URL of a webhook. */
  readonly target: string;
  readonly state: 'pending' | 'done' | 'failed';
  /** Why it failed for good; else empty. */
  readonly error: string;
}

/** Never changed, but replaced. */
export interface AsyncEvent {
  /** The function's `awsRequestId` on every attempt. */
  readonly id: RequestId;
  /** Grows with acceptance, the same on every node. */
  readonly sequence: number;
  readonly functionName: string;
  /** `$LATEST`, a version or an alias, which is resolved at each attempt. */
  readonly qualifier: string;
  /** The qualifier as the caller named it; empty where none. */
  readonly invokedAs: string;
  /** JSON text as it came; empty once nobody needs it any more. */
  readonly payload: Uint8Array;
  readonly payloadBytes: number;
  /** X-Amzn-Trace-Id, with the lineage that ends recursion. */
  readonly traceId: string;
  readonly idempotencyKey: string;
  /** Who handed it in, as records of executions name it; `event` where that was Hearth itself. */
  readonly caller: string;
  readonly status: EventStatus;
  /** The node that runs it, and tells its destinations. */
  readonly owner: NodeId;
  /** 0, and one more with each redrive. */
  readonly round: number;
  /** Invocations that have ended with an error of the function, and the one that ended the event. */
  readonly attempts: number;
  readonly acceptedAtMs: number;
  /** Of one that waits: when its next attempt is due; else 0. */
  readonly retryAtMs: number;
  /** When its function had ended; once its destinations have been told as well, when that was. 0 before. */
  readonly endedAtMs: number;
  /** Of the last attempt, be it the last one or not. */
  readonly outcome: EventOutcome | null;
  readonly deliveries: readonly Delivery[];
}

/** What is to be run. */
export interface Submission {
  /** Also makes it one with an event of the function that has this id already. */
  readonly id: RequestId;
  readonly functionName: string;
  readonly qualifier: string;
  readonly invokedAs: string;
  /** JSON text, at most `limits.asyncBodyBytesMax`. */
  readonly payload: Uint8Array;
  /** X-Amzn-Trace-Id as the caller sent it, empty where none. */
  readonly traceId: string;
  /** Within a day, a second one of the function with this key is the first; empty for none. */
  readonly idempotencyKey: string;
  /** Who asks, as records of executions name it; without it, Hearth itself. */
  readonly caller?: string;
}

export interface Accepted {
  /** Of the first one where this is a duplicate. */
  readonly id: RequestId;
  readonly duplicate: boolean;
}

export interface EventQuery {
  readonly functionName?: string;
  readonly status?: EventStatus;
  /** Those with a greater `sequence` than this. */
  readonly after?: number;
  readonly itemsMax: number;
}

export interface EventPage {
  /** In the order in which they were accepted. */
  readonly events: readonly AsyncEvent[];
  /** What `after` is for the next page; null where this is the last one. */
  readonly next: number | null;
}

export interface EventStats {
  /** In the cluster. */
  readonly counts: Readonly<Record<EventStatus, number>>;
  /** Payloads of events that have not ended. */
  readonly pendingBytes: number;
  /** Attempts and deliveries under way on this node. */
  readonly running: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly attempts: Readonly<Record<'ok' | 'function-error' | 'throttled' | 'error', number>>;
  readonly adopted: number;
}

/** Reads and changes through any node; changes resolve when a majority has them on disk and this node knows. */
export interface AsyncEvents {
  /** Throws `too-many-requests` where the queue is full, `no-quorum`, `request-too-large`. */
  submit(submission: Submission): Promise<Accepted>;
  /** Waits until this node knows all that was acknowledged, where a majority answers. */
  get(id: string): Promise<AsyncEvent | undefined>;
  list(query: EventQuery): Promise<EventPage>;
  /** False where it had ended, or is not known. An attempt under way is not stopped, but changes nothing any more. */
  cancel(id: string): Promise<boolean>;
  /** A dead event once more: its function, or where that had succeeded its deliveries. False where it is not dead. */
  redrive(id: string): Promise<boolean>;
  /** All that are dead, of one function or of all; resolves with how many. */
  redriveAll(functionName: string | null): Promise<number>;
  stats(): EventStats;
}

/** What became of one try to deliver. `refused`: another try would change nothing. */
export type DeliveryResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly error: string }
  | { readonly kind: 'refused'; readonly error: string };

/**
 * Tells a destination of an event that has ended. May be called again for the same event, also after it was
 * done (a node that dies before it could write that down), always with the same event. Never rejects.
 */
export type Deliver = (
  event: AsyncEvent,
  delivery: Delivery,
  /** From 1. */
  attempt: number,
  signal: AbortSignal,
) => Promise<DeliveryResult>;
