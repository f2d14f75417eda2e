/** What nodes know about who holds a function warm: the words that both threads and all nodes share. */
import type { NodeId } from './ids.js';

declare const brand: unique symbol;

/**
 * Names one revision of one function version across the cluster: what sandboxes are made for. A change
 * of code or settings makes another key, so that nobody is sent to a sandbox of the function as it was.
 */
export type FunctionKey = string & { readonly [brand]: 'FunctionKey' };

/** `revision` is the log index of the function's last change. */
export const functionKey = (name: string, version: string, revision: number): FunctionKey =>
  `${name}:${version}@${revision}` as FunctionKey;

/** `warm`: has a sandbox of the function, idle or busy. `cold`: had one, and has none any more. */
export type ClaimState = 'warm' | 'cold';

/** What a node says about itself and one function. */
export interface WarmClaim {
  readonly key: FunctionKey;
  readonly state: ClaimState;
  /** How much of its sandboxes of the function is busy, 0 to 100 percent; 0 where cold. */
  readonly load: number;
}

/** A node that holds a function warm, as far as the one who tells it knows. */
export interface Holder {
  readonly node: NodeId;
  /** 0 to 100 percent. */
  readonly load: number;
}
