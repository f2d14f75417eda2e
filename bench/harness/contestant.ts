/** Who takes part in a comparison: programs that answer HTTP, started and stopped by the benchmark. */
import type { Place } from './place.js';

/** A program that answers HTTP, measured by load from outside. */
export interface Contestant {
  /** As the table calls it. */
  readonly name: string;
  /** Throws `NotHere` where this machine cannot have it. Resolves when it answers. */
  start(place: Place): Promise<Running>;
}

export interface Running {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** What is asked. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Its processes without sandboxes, for CPU and memory. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/** What a contestant needs is not to be had on this machine; the message says what. */
export class NotHere extends Error {}
