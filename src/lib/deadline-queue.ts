/**
 * Many deadlines on one timer. A request costs two map operations instead of a timer of its own:
 * deadlines are rounded up to a tick and wait in the bucket of that tick; one repeating timer, running
 * only while something waits, empties the buckets that are due.
 *
 * A tick that comes very late tells that this thread stood still: what was waited for may lie unread in the kernel,
 * and timers run before sockets are read. So nothing expires before the next tick.
 */
import type { Clock } from './clock.js';

export type DeadlineKey = { readonly bucket: number; readonly expire: () => void };

/** More than a busy thread is late. */
const stallMs = 250;

export class DeadlineQueue {
  readonly #buckets = new Map<number, Set<DeadlineKey>>();
  #cancelTick: (() => void) | null = null;
  #lastBucket = 0;
  #tickedMs = 0;
  /** The last tick let all deadlines pass: the next one does not, however late it is. */
  #hasWaited = false;

  constructor(
    private readonly clock: Clock,
    private readonly tickMs = 10,
  ) {}

  /** Calls `expire` once, at most one tick after `atMs` (on the clock's monotonic time). */
  add(atMs: number, expire: () => void): DeadlineKey {
    const bucket = Math.ceil(atMs / this.tickMs);
    const key = { bucket, expire };
    const present = this.#buckets.get(bucket);
    if (present === undefined) this.#buckets.set(bucket, new Set([key]));
    else present.add(key);
    if (this.#cancelTick === null) {
      this.#lastBucket = Math.min(bucket, this.#currentBucket()) - 1;
      this.#tickedMs = this.clock.nowMs();
      this.#cancelTick = this.clock.every(this.tickMs, () => this.#tick());
    } else if (bucket <= this.#lastBucket) this.#lastBucket = bucket - 1;
    return key;
  }

  /** Forgets a deadline; harmless when it has already expired. */
  remove(key: DeadlineKey): void {
    const present = this.#buckets.get(key.bucket);
    if (present === undefined || !present.delete(key)) return;
    if (present.size === 0) this.#buckets.delete(key.bucket);
  }

  /** Stops the timer and forgets all deadlines without expiring them. */
  close(): void {
    this.#cancelTick?.();
    this.#cancelTick = null;
    this.#buckets.clear();
  }

  #stoodStill(): boolean {
    const nowMs = this.clock.nowMs();
    const isLate = nowMs - this.#tickedMs > this.tickMs + stallMs;
    this.#tickedMs = nowMs;
    this.#hasWaited = isLate && !this.#hasWaited;
    return this.#hasWaited;
  }

  #currentBucket(): number {
    return Math.floor(this.clock.nowMs() / this.tickMs);
  }

  #tick(): void {
    if (this.#stoodStill()) return;
    const until = this.#currentBucket();
    for (let bucket = this.#lastBucket + 1; bucket <= until; bucket++) {
      const due = this.#buckets.get(bucket);
      if (due === undefined) continue;
      this.#buckets.delete(bucket);
      for (const { expire } of due) expire();
    }
    this.#lastBucket = until;
    if (this.#buckets.size === 0) {
      this.#cancelTick?.();
      this.#cancelTick = null;
    }
  }
}
