/**
 * Who may have how many stem cells where not all can have what they should: everybody one before anybody
 * two. The first round goes to the kinds that are there from the beginning, then to who is asked for most.
 */
import { type KindState, rateOf, targetOf } from './kind.js';

export interface Share {
  readonly state: KindState;
  /** How many there should be. */
  count: number;
}

/** In the order in which they are served; together at most `max`. */
export function sharesOf(kinds: Iterable<KindState>, max: number, nowMs: number): Share[] {
  const wanted = [...kinds].map((state) => ({
    share: { state, count: 0 },
    target: targetOf(state, nowMs),
    rate: rateOf(state, nowMs),
  }));
  wanted.sort(
    (a, b) =>
      Number(b.share.state.initial) - Number(a.share.state.initial) ||
      b.rate - a.rate ||
      (a.share.state.name < b.share.state.name ? -1 : 1),
  );
  let left = deal(wanted, max);
  wanted.sort((a, b) => b.rate - a.rate);
  for (let before = -1; left > 0 && left !== before; ) {
    before = left;
    left = deal(wanted, left);
  }
  return wanted.map(({ share }) => share);
}

/** One more for each that should have more. How many are left. */
function deal(wanted: readonly { share: Share; target: number }[], max: number): number {
  let left = max;
  for (const { share, target } of wanted) {
    if (left === 0) break;
    if (share.count >= target) continue;
    share.count++;
    left--;
  }
  return left;
}
