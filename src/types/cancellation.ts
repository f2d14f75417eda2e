/** Whether somebody still waits, and who is to be told when nobody does. */

/**
 * What the way of a request uses of an AbortSignal, so that one may stand here; the one that most requests carry is a
 * `Cancellation` of src/lib, for a signal takes some microseconds to make, and the collector's time afterwards.
 */
export interface Cancelled {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: CancelListener): void;
  removeEventListener(type: 'abort', listener: CancelListener): void;
}

export type CancelListener = (() => void) | { handleEvent(): void };
