/** Callers that wait for a number to come back, each with a deadline; the first in waits longest. */
import type { HearthError } from '../types/index.js';

export interface Waiter {
  readonly deadlineMs: number;
  readonly resolve: (index: number) => void;
  readonly reject: (error: HearthError) => void;
}

export class Waiters {
  readonly #waiting = new Map<number, Waiter>();

  get size(): number {
    return this.#waiting.size;
  }

  add(key: number, waiter: Waiter): void {
    this.#waiting.set(key, waiter);
  }

  /** Answers the one that waits for `key`, where one does. */
  resolve(key: number, index: number): void {
    this.#waiting.get(key)?.resolve(index);
    this.#waiting.delete(key);
  }

  /** Answers all that wait for `key` or less. */
  resolveUpTo(key: number, index: number): void {
    for (const waiting of [...this.#waiting.keys()]) {
      if (waiting <= key) this.resolve(waiting, index);
    }
  }

  /** Refuses those whose deadline has passed. Deadlines are added in rising order. */
  expire(nowMs: number, error: () => HearthError): void {
    for (const [key, waiter] of this.#waiting) {
      if (waiter.deadlineMs > nowMs) return;
      this.#waiting.delete(key);
      waiter.reject(error());
    }
  }

  rejectAll(error: HearthError): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiter of waiting) waiter.reject(error);
  }
}
