/**
 * The round trip that is usual in this cluster, and the timeout that follows from it: mean plus four
 * deviations (Jacobson, Karels: Congestion avoidance and control, 1988; RFC 6298), over all members, so
 * that a cluster across two sites waits for its far half.
 */
import { parameters } from './parameters.js';

const gain = 1 / 8;
const deviationGain = 1 / 4;

export class RoundTrip {
  #meanMs: number | null = null;
  #deviationMs = 0;

  /** A direct probe was answered after `sampleMs`. */
  observe(sampleMs: number): void {
    if (this.#meanMs === null) {
      this.#meanMs = sampleMs;
      this.#deviationMs = sampleMs / 2;
      return;
    }
    const error = sampleMs - this.#meanMs;
    this.#meanMs += gain * error;
    this.#deviationMs += deviationGain * (Math.abs(error) - this.#deviationMs);
  }

  /** What a round trip usually takes. */
  get usualMs(): number {
    return this.#meanMs ?? 0;
  }

  /** How long an answer may take, at least `minMs`. */
  timeoutMs(minMs: number): number {
    const usualMs = (this.#meanMs ?? 0) + 4 * this.#deviationMs;
    return Math.min(parameters.ackTimeoutMaxMs, Math.max(minMs, usualMs));
  }
}
