/**
 * Gathers items and hands them on together. After a quiet time the first ones leave at the end of the
 * same turn of the event loop, so that an idle system is fast; after that a window must pass between two
 * batches, so that a busy one sends few.
 */
import type { Clock } from '../../src/lib/index.js';

export class Batcher<Item> {
  #items: Item[] = [];
  #waiting = false;

  constructor(
    private readonly clock: Clock,
    private readonly windowMs: number,
    private readonly flush: (items: Item[]) => void,
  ) {}

  get size(): number {
    return this.#items.length;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#waiting) return;
    this.#waiting = true;
    queueMicrotask(this.#release);
  }

  readonly #release = (): void => {
    if (this.#items.length === 0) {
      this.#waiting = false;
      return;
    }
    const items = this.#items;
    this.#items = [];
    this.clock.after(this.windowMs, this.#release);
    this.flush(items);
  };
}
