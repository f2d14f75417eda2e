/** Who counts in a rollout: admitted members that live, or may. */
import type { NodeView } from '../../types/index.js';

export function isLiving({ status, rank }: NodeView): boolean {
  return rank >= 0 && (status === 'alive' || status === 'suspect');
}
