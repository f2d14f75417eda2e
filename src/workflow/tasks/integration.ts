/** What stands behind one kind of Resource: it does the work of one try, and gives JSON text or a failure. */
import type { JsonObject } from '../json.js';
import type { TaskRequest } from './types.js';

export interface TaskWork {
  readonly request: TaskRequest;
  /** Of a service: what it is asked. */
  readonly parameters: JsonObject;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  /** Of `.sync`: what the service answered to the request that goes on; JSON text. */
  submitted(output: string): void;
}

/** Resolves with what the service gave, as JSON text. Throws TaskFailure. */
export type Integration = (work: TaskWork) => Promise<string>;

/** A try that failed, as Retry and Catch see it. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  constructor(
    /** Such as `Lambda.TooManyRequestsException`. */
    readonly error: string,
    readonly causeText: string,
  ) {
    super(causeText);
  }
}
