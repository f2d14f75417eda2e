/** What a node asks of another when it forwards a request, and what it hears: the link's contract. */
import type { HearthError, Invocation, InvocationOutcome, NodeId } from '../types/index.js';

export interface ForwardCall {
  /** With the forward counted in `hops`. Its `signal` does not travel: a cancellation does. */
  readonly invocation: Invocation;
  /** The revision that the sender would run; the target refuses any other. */
  readonly revision: number;
  /** How long the sender waits for the answer. */
  readonly timeoutMs: number;
  /** The node was chosen for it: it runs it where it has room, with a sandbox of its own to be made. */
  readonly place: boolean;
}

export type ForwardReply =
  /** It ran there, once. */
  | { readonly kind: 'ran'; readonly outcome: InvocationOutcome }
  /** It was taken there and failed with an error of Hearth, after it may have begun. */
  | { readonly kind: 'failed'; readonly error: HearthError }
  /** It did not run: the node has no sandbox of this revision, or takes no more work. */
  | { readonly kind: 'not-here' }
  /** It did not run: all sandboxes of the function are busy there; or there is no room to place it. */
  | { readonly kind: 'busy' }
  /** It did not run: nothing of it was sent, because the node cannot be reached or does not answer. */
  | { readonly kind: 'unreachable' };

/** The links to the other nodes, as the router sees them. */
export interface Forwarder {
  /**
   * Sends a request to a node, over the link that there is or a new one. Rejects with HearthError:
   * `forward-lost` where the link broke or the time passed after it was sent, so that nobody can know
   * whether it ran; the caller must not run it again.
   */
  forward(node: NodeId, call: ForwardCall): Promise<ForwardReply>;
  /** False where the node is known not to answer just now: another is the better choice. */
  usable(node: NodeId): boolean;
}

/** The receiving side: runs a request that another node has forwarded, or says at once why not. */
export type ForwardHandler = (call: ForwardCall) => Promise<ForwardReply>;
