/** Errors of the States Language: what Retry and Catch look at, and what an execution fails with. */

export interface StateFailure {
  /** Such as `States.Timeout`, `Lambda.TooManyRequestsException`, or a name of the user's; empty where there is none. */
  readonly error: string;
  readonly cause: string;
  /** Not told by whoever failed: then the members are absent in events and answers, too. */
  readonly hasError?: boolean;
  readonly hasCause?: boolean;
}

/** Thrown while a state is evaluated or its map run is under way; the engine turns it into what the state does about it. */
export class StateError extends Error {
  override readonly name = 'StateError';
  constructor(
    /** Such as `States.Runtime`. */
    readonly error: string,
    readonly causeText: string,
  ) {
    super(causeText);
  }
}
