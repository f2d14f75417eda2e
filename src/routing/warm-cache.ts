/**
 * Who holds which function warm, as far as this node was told a moment ago. An answer is used for a
 * second, "nobody" for a quarter of one; what a forward finds out corrects the entry at once, so that the
 * next request does not make the same mistake. Old entries go when new ones need their room.
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/index.js';
import { type FunctionKey, type Holder, limits, type NodeId } from '../types/index.js';
import { holdersTtlMs, nobodyTtlMs } from './parameters.js';

/** An entry's holder; the entry's array changes in place, under whoever is about to choose from it. */
interface Entry {
  readonly node: NodeId;
  load: number;
}

const loadMax = 100;

/** All its sandboxes of the function were busy when it was last heard of. */
export function isBusy({ load }: Holder): boolean {
  return load >= loadMax;
}

export class WarmCache {
  readonly #entries: LRUCache<FunctionKey, Entry[]>;

  constructor(clock: Clock) {
    this.#entries = new LRUCache({
      max: limits.warmCacheEntriesMax,
      // 0 asks the clock each time; anything else makes a timer
      ttlResolution: 0,
      // an entry made at time 0 would never age
      perf: { now: () => clock.nowMs() + 1 },
    });
  }

  /** Empty where nobody holds it; undefined where this node does not know. */
  get(key: FunctionKey): readonly Holder[] | undefined {
    return this.#entries.get(key);
  }

  /** Keeps an answer, and gives it back as the entry that corrections change. */
  put(key: FunctionKey, holders: readonly Holder[]): readonly Holder[] {
    const entry = holders
      .slice(0, limits.holdersPerAnswerMax)
      .map(({ node, load }): Entry => ({ node, load }));
    const ttl = entry.length > 0 ? holdersTtlMs : nobodyTtlMs;
    this.#entries.set(key, entry, { ttl });
    return entry;
  }

  /** All sandboxes of the function are busy there. */
  busy(key: FunctionKey, node: NodeId): void {
    const holder = this.#entries.peek(key)?.find((each) => each.node === node);
    if (holder !== undefined) holder.load = loadMax;
  }

  /** The node does not hold it, or does not answer. An entry that nobody is left in is asked for anew. */
  gone(key: FunctionKey, node: NodeId): void {
    const entry = this.#entries.peek(key);
    const index = entry?.findIndex((each) => each.node === node) ?? -1;
    if (entry === undefined || index < 0) return;
    entry.splice(index, 1);
    if (entry.length === 0) this.#entries.delete(key);
  }
}
