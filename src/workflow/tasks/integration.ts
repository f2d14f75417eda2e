/** What stands behind one kind of Resource: it does the work of one try, and gives JSON text or a failure. */
import { Cancellation } from '../../lib/index.js';
import type { JsonObject } from '../json.js';
import type { TaskRequest } from './types.js';

export interface TaskWork {
  readonly request: TaskRequest;
  /** Of a service: what it is asked. */
  readonly parameters: JsonObject;
  /** Aborted when nobody waits any more. */
  readonly signal: TaskCancellation;
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

/** Each task has one: an AbortController costs as much as the rest of its begin. */
export class TaskCancellation extends Cancellation {
  #isGivenUp = false;

  /** For good; else it may be begun again elsewhere. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  cancel(isGivenUp: boolean): void {
    this.#isGivenUp = isGivenUp;
    this.abort();
  }
}
