/**
 * Which of several warm nodes gets a request: of two taken at random, the less loaded ("The Power of Two
 * Choices in Randomized Load Balancing", Mitzenmacher 2001). Always taking the least loaded of all would
 * send everybody's requests to one and the same node until the next news of its load.
 */
import type { Random } from '../lib/index.js';
import type { Holder, NodeId } from '../types/index.js';

/** `load` of a candidate: percent as told, plus whatever the chooser knows better. */
export function chooseHolder(
  candidates: readonly Holder[],
  load: (holder: Holder) => number,
  random: Random,
): NodeId | undefined {
  const count = candidates.length;
  if (count < 2) return candidates[0]?.node;
  const first = random.below(count);
  const other = random.below(count - 1);
  const one = candidates[first];
  const two = candidates[other < first ? other : other + 1];
  if (one === undefined || two === undefined) return undefined;
  // which of the two is `one` is chance as well, so that a draw needs no third number
  return load(two) < load(one) ? two.node : one.node;
}
