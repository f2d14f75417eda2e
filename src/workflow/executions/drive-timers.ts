/** The timers of one execution, by their names. */
import type { Clock, DeadlineKey, DeadlineQueue } from '../../lib/index.js';

export interface DriveTimer {
  readonly timer: string;
  /** By the steady clock. */
  readonly atMs: number;
}

interface Timer {
  readonly key: DeadlineKey;
  readonly atMs: number;
}

export class DriveTimers {
  /** Made when the first is set: an empty map is 200 bytes, and many executions have none. */
  #timers: Map<string, Timer> | null = null;

  constructor(
    private readonly clock: Clock,
    /** By the steady clock. */
    private readonly due: DeadlineQueue,
    private readonly fired: (timer: string) => void,
  ) {}

  /** Of all that are set; null where none is. */
  get first(): DriveTimer | null {
    let first: DriveTimer | null = null;
    for (const [timer, { atMs }] of this.#timers ?? []) {
      if (first === null || atMs < first.atMs) first = { timer, atMs };
    }
    return first;
  }

  /** Instead of the one of that name. `dueMs`: by the wall. */
  set(timer: string, dueMs: number): void {
    this.cancel(timer);
    const { clock } = this;
    const atMs = clock.nowMs() + Math.max(0, dueMs - clock.wallMs());
    const key = this.due.add(atMs, () => {
      this.#timers?.delete(timer);
      this.fired(timer);
    });
    this.#timers ??= new Map();
    this.#timers.set(timer, { key, atMs });
  }

  cancel(timer: string): void {
    const set = this.#timers?.get(timer);
    if (set === undefined) return;
    this.due.remove(set.key);
    this.#timers?.delete(timer);
  }

  cancelAll(): void {
    for (const { key } of this.#timers?.values() ?? []) this.due.remove(key);
    this.#timers = null;
  }
}
