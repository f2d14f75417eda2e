/**
 * Time, in one place. Cores never see a clock: they are handed `nowMs`. Actors ask this one, and the
 * simulator and the unit tests hand them another.
 */
import { performance } from 'node:perf_hooks';

export interface Clock {
  /** Monotonic milliseconds with fractions, from an arbitrary origin: for durations and deadlines. */
  nowMs(): number;
  /** Milliseconds since 1970 as the cluster has it: for timestamps that people or other nodes read, never for order. */
  wallMs(): number;
  /**
   * The same as this machine's own clock has it, right or wrong: for whoever reads that clock as well, as
   * sandboxes do, libraries with their deadlines, and the kernel in the times of files.
   */
  machineWallMs(): number;
  /** Calls back once, not before `delayMs`; the returned function cancels. Does not keep a process alive. */
  after(delayMs: number, callback: () => void): () => void;
  /** Calls back every `intervalMs` until cancelled. Does not keep a process alive. */
  every(intervalMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  machineWallMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  every(intervalMs, callback) {
    const timer = setInterval(callback, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** A clock that moves only when told: for unit tests and the simulator. */
export class SimulatedClock implements Clock {
  #nowMs = 0;
  #sequence = 0;
  #timers: { atMs: number; sequence: number; callback: () => void; intervalMs: number | null }[] =
    [];

  constructor(readonly wallOriginMs = Date.UTC(2026, 0, 1)) {}

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.wallOriginMs + this.#nowMs;
  }

  machineWallMs(): number {
    return this.wallMs();
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.#add(delayMs, callback, null);
  }

  every(intervalMs: number, callback: () => void): () => void {
    return this.#add(intervalMs, callback, intervalMs);
  }

  /** Moves time on by `byMs`, running every timer that falls due on the way, in order. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const next = this.#timers
        .filter((timer) => timer.atMs <= untilMs)
        .sort((a, b) => a.atMs - b.atMs || a.sequence - b.sequence)[0];
      if (next === undefined) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      if (next.intervalMs === null) this.#timers.splice(this.#timers.indexOf(next), 1);
      else next.atMs += next.intervalMs;
      next.callback();
    }
    this.#nowMs = untilMs;
  }

  #add(delayMs: number, callback: () => void, intervalMs: number | null): () => void {
    const timer = { atMs: this.#nowMs + delayMs, sequence: this.#sequence++, callback, intervalMs };
    this.#timers.push(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }
}
