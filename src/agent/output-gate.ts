/**
 * How fast a sandbox may print: a bucket that fills at a steady rate. Who prints faster is not read for a
 * while, so that endless output costs its own sandbox time, and not the node that reads it.
 */
const bytesPerMs = 8 * 1024;
/** What may come at once: a long stack trace, a dump of a body. */
const burstBytes = 4 * 1024 * 1024;

export class OutputGate {
  #budget = burstBytes;
  #atMs = 0;

  /** Counts what was printed; gives how long not to read any more, milliseconds, 0 for go on. */
  count(bytes: number, nowMs: number): number {
    const earned = (nowMs - this.#atMs) * bytesPerMs;
    this.#atMs = nowMs;
    this.#budget = Math.min(burstBytes, this.#budget + earned) - bytes;
    return this.#budget >= 0 ? 0 : Math.ceil(-this.#budget / bytesPerMs);
  }
}
