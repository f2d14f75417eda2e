/** Reserved concurrency, as far as routing goes: which nodes may run a function, and what is said when none can. */
import { HearthError, type NodeId } from '../types/index.js';

/** How much of a function's reservation each node has; a node that is not named has none. */
export type Shares = ReadonlyMap<NodeId, number>;

export function hasShare(shares: Shares, node: NodeId): boolean {
  return (shares.get(node) ?? 0) > 0;
}

/** The reservation is 0: nobody may run the function. */
export function isNothing(shares: Shares): boolean {
  for (const share of shares.values()) if (share > 0) return false;
  return true;
}

/**
 * In AWS's words; who sends it again after a second may find something free, unless nothing is reserved: then, as on AWS,
 * no time is named.
 */
export function reservationUsed(isNothing: boolean): HearthError {
  return new HearthError('too-many-requests', 'Rate Exceeded.', {
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    ...(isNothing ? {} : { retryAfterS: 1 }),
  });
}
