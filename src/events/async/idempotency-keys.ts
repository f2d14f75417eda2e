/** Which event was the first with a key. Each key is remembered for its time, so that their number has a bound. */

import type { RequestId } from '../../types/index.js';
import { limits } from '../../types/index.js';

interface First {
  readonly id: RequestId;
  readonly atMs: number;
}

export class IdempotencyKeys {
  /** From the oldest on. */
  readonly #firsts = new Map<string, First>();

  get(key: string): RequestId | undefined {
    return this.#firsts.get(key)?.id;
  }

  /** Why no more keys can be remembered; null where this one can, or is empty. */
  refusal(key: string): string | null {
    if (key === '' || this.#firsts.size < limits.idempotencyKeysMax) return null;
    return `The cluster remembers ${limits.idempotencyKeysMax} idempotency keys of the last day, its limit; send the event without one, or later.`;
  }

  add(key: string, id: string, atMs: number): void {
    this.#firsts.set(key, { id: id as RequestId, atMs });
  }

  forgetBefore(beforeMs: number): void {
    for (const [key, { atMs }] of this.#firsts) {
      if (atMs >= beforeMs) return;
      this.#firsts.delete(key);
    }
  }

  *all(): Iterable<readonly [key: string, id: string, atMs: number]> {
    for (const [key, { id, atMs }] of this.#firsts) yield [key, id, atMs];
  }
}
