/**
 * Notices functions that this node forwards all the time: one sandbox here is cheaper than the forwards,
 * so a hot function spreads to whoever is asked for it, and a rare one stays where it is.
 *
 * Forwards are counted in spans of half a second. A function is hot when each of the last two full spans
 * was above the threshold: a burst is not worth a sandbox. A threshold below two per second counts as two.
 */
import { LRUCache } from 'lru-cache';
import { type FunctionKey, limits } from '../types/index.js';
import { heatSpanMs, prewarmEveryMs } from './parameters.js';

interface Heat {
  /** Number of the span that `count` belongs to. */
  span: number;
  count: number;
  /** The two full spans before it, the nearer one first. */
  last: number;
  lastButOne: number;
  toldAtMs: number;
}

export class HotFunctions {
  readonly #heats = new LRUCache<FunctionKey, Heat>({ max: limits.warmCacheEntriesMax });

  constructor(private readonly forwardsPerSMax: number) {}

  /** Counts a forward; true where the function should become warm here now. */
  forwarded(key: FunctionKey, nowMs: number): boolean {
    const span = Math.floor(nowMs / heatSpanMs);
    const heat = this.#heats.get(key);
    if (heat === undefined) {
      const fresh = { span, count: 1, last: 0, lastButOne: 0, toldAtMs: -prewarmEveryMs };
      this.#heats.set(key, fresh);
      return false;
    }
    moveTo(heat, span);
    heat.count++;
    if (!this.#isHot(heat) || nowMs - heat.toldAtMs < prewarmEveryMs) return false;
    heat.toldAtMs = nowMs;
    return true;
  }

  #isHot({ last, lastButOne }: Heat): boolean {
    return (Math.min(last, lastButOne) * 1000) / heatSpanMs > this.forwardsPerSMax;
  }
}

function moveTo(heat: Heat, span: number): void {
  const passed = span - heat.span;
  if (passed === 0) return;
  heat.lastButOne = heat.last;
  // with a span left out there is none that both are above
  heat.last = passed === 1 ? heat.count : 0;
  heat.count = 0;
  heat.span = span;
}
