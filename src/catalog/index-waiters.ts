/** Who waits until this node has applied the log up to an index: bounded in number and in time. */
import type { Clock } from '../lib/index.js';
import { limits } from '../types/index.js';

interface Waiter {
  readonly index: number;
  readonly resolve: () => void;
}

export class IndexWaiters {
  #waiters: Waiter[] = [];
  /** The least index that anybody waits for. */
  #next = Number.POSITIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  /** Resolves true once `reached` was called with `index` or more, false after `timeoutMs`. */
  wait(index: number, timeoutMs: number): Promise<boolean> {
    if (this.#waiters.length >= limits.logWaitersMax) return Promise.resolve(false);
    return new Promise((resolve) => {
      const cancel = this.clock.after(timeoutMs, () => {
        this.#keep((other) => other !== waiter);
        resolve(false);
      });
      const waiter: Waiter = {
        index,
        resolve: () => {
          cancel();
          resolve(true);
        },
      };
      this.#waiters.push(waiter);
      this.#next = Math.min(this.#next, index);
    });
  }

  /** Everything up to `index` is applied. Cheap where nobody waits for it. */
  reached(index: number): void {
    if (index < this.#next) return;
    const due = this.#waiters.filter((waiter) => waiter.index <= index);
    this.#keep((waiter) => waiter.index > index);
    for (const { resolve } of due) resolve();
  }

  #keep(kept: (waiter: Waiter) => boolean): void {
    this.#waiters = this.#waiters.filter(kept);
    this.#next = this.#waiters.reduce(
      (least, { index }) => Math.min(least, index),
      Number.POSITIVE_INFINITY,
    );
  }
}
