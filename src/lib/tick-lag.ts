/** How late the regular tick of a thread comes, which is what everything on this thread waits. */
import { TimeHistogram } from './time-histogram.js';

/** Upper bounds in seconds. */
export const lagBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export class TickLag {
  readonly #histogram = new TimeHistogram(lagBounds);
  #lastMs: number | null = null;

  constructor(private readonly everyMs: number) {}

  tick(nowMs: number): void {
    if (this.#lastMs !== null) {
      this.#histogram.add(Math.max(0, nowMs - this.#lastMs - this.everyMs));
    }
    this.#lastMs = nowMs;
  }

  figures() {
    return this.#histogram.figures();
  }
}
