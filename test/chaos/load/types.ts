/** The load of a run: what clients ask all the time, at a constant rate, whatever happens. */
import type { Arena } from '../arena/types.js';
import type { LoadRecord } from '../records.js';

export interface LoadOptions {
  readonly arena: Arena;
  readonly seed: number;
  /** Requests a second, all kinds together. */
  readonly rate: number;
}

export interface Load {
  /** Deploys the functions, makes the stream of outcomes, and calls everything once. */
  prepare(): Promise<void>;
  /** From now on requests are sent when they are due. */
  begin(): Promise<void>;
  /**
   * Sends no more, waits for what is under way and for asynchronous invocations to end, asks every node what it knows,
   * and tells all of it.
   */
  end(): Promise<LoadRecord>;
  /** Ends the processes; harmless afterwards, and at any time. */
  close(): Promise<void>;
}
