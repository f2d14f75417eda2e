/**
 * Something that is to be done again whenever there is news, and costs more than one piece of news is worth: at once where
 * it has rested, else once for all that comes until it has.
 */
import type { Clock } from './clock.js';

export class Paced {
  #lastMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;

  constructor(
    private readonly clock: Pick<Clock, 'nowMs' | 'after'>,
    private readonly everyMs: number,
    private readonly run: () => void,
  ) {}

  ask(): void {
    if (this.#cancel !== null) return;
    const restMs = this.#lastMs + this.everyMs - this.clock.nowMs();
    if (restMs <= 0) this.#runNow();
    else {
      this.#cancel = this.clock.after(restMs, () => {
        this.#cancel = null;
        this.#runNow();
      });
    }
  }

  /** What was asked for and is not done yet is not done any more. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #runNow(): void {
    this.#lastMs = this.clock.nowMs();
    this.run();
  }
}
