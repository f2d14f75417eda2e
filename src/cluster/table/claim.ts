/**
 * A claim is what a node says about itself and one function: that it holds it warm, or no longer does.
 * Only the node itself ever writes one. It numbers them, so whoever holds two knows the newer one, and
 * two Masters can disagree about who has heard what, but never about facts.
 */
import type { NodeId, WarmClaim } from '../../types/index.js';

export interface Claim extends WarmClaim {
  readonly node: NodeId;
  /** The life of the node that the claim was made in. */
  readonly generation: number;
  /** Counts the node's claims within a generation, from 1. */
  readonly sequence: number;
}

/** Bytes of a claim in a message, roughly: what batches are cut by. */
export function claimBytes({ key }: WarmClaim): number {
  return key.length + 48;
}
