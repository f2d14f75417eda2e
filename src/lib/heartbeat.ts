/**
 * Whether another thread of this process still moves: it counts in shared memory, by a timer of its own
 * event loop, and whoever watches asks by its own clock only how long the count has stood still. No two
 * clocks are compared, and no message has to get through a loop that is stuck.
 */
import type { Clock } from './clock.js';

const beatEveryMs = 100;
/** A watcher that did not look for longer than this stood still itself, and knows nothing of that time. */
const blindMs = 400;

/** The beating side. */
export class Heartbeat {
  /** What the watching thread is given, as `workerData` for example: one count, 32 bits, that wraps. */
  readonly memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #count = new Int32Array(this.memory);

  constructor(private readonly clock: Clock) {}

  /** Beats until the returned function is called. */
  start(): () => void {
    return this.clock.every(beatEveryMs, () => Atomics.add(this.#count, 0, 1));
  }
}

/** The watching side: wants to be asked every 50 ms or so, for it only knows what it has seen. */
export class HeartbeatWatch {
  readonly #count: Int32Array;
  #seen = 0;
  #movedMs = 0;
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(memory: SharedArrayBuffer) {
    this.#count = new Int32Array(memory);
  }

  /**
   * How long the count has not moved, as seen here; null where this thread has just begun to look, or stood
   * still itself: the measurement then starts anew.
   */
  lagMs(nowMs: number): number | null {
    const count = Atomics.load(this.#count, 0);
    const blind = nowMs - this.#lookedMs > blindMs;
    if (blind || count !== this.#seen) this.#movedMs = nowMs;
    this.#seen = count;
    this.#lookedMs = nowMs;
    return blind ? null : nowMs - this.#movedMs;
  }
}
