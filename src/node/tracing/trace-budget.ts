/**
 * How many traces a node may begin: a bucket that fills at a steady rate, so that those there are lie spread over every
 * second. A trace is begun whole or not at all: one that lost some of its spans on the way to the collector tells little.
 */

/** What may be begun at once after a pause, as a time of what comes in. */
const burstMs = 100;

export class TraceBudget {
  /** Requests that would have begun one. */
  passedOver = 0;
  #tokens: number;
  #atMs = 0;

  constructor(private readonly perS: number) {
    this.#tokens = this.#most;
  }

  /** Whether one may begin now. */
  take(nowMs: number): boolean {
    const gained = ((nowMs - this.#atMs) / 1000) * this.perS;
    this.#atMs = nowMs;
    this.#tokens = Math.min(this.#most, this.#tokens + gained);
    if (this.#tokens < 1) {
      this.passedOver++;
      return false;
    }
    this.#tokens--;
    return true;
  }

  get #most(): number {
    return Math.max(1, (this.perS * burstMs) / 1000);
  }
}
