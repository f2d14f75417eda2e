/** Which function is asked for: a few often, most of them seldom, as in real clusters. */
import type { Random } from '../../src/lib/index.js';

/** Draws indexes below `count`; index i is drawn in proportion to 1 / (i + 1) ^ exponent. */
export function zipf(count: number, exponent: number, random: Random): () => number {
  let total = 0;
  const upTo = Array.from({ length: count }, (_, index) => {
    total += 1 / (index + 1) ** exponent;
    return total;
  });
  return () => {
    const point = random.next() * total;
    return upTo.findIndex((bound) => point < bound);
  };
}
