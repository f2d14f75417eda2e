/** One datagram as data, and every reason for which one is dropped. */
import type { ClusterId, NodeId } from '../types/index.js';
import type { GossipMember } from './types.js';

/** A member as it travels. */
export interface MemberRecord extends GossipMember {
  /** Dead or left: seconds since then, so that all members forget at about the same time. Else 0. */
  readonly endedS: number;
}

export type PacketBody =
  /** Are you there? `target` lets the receiver see that its address once belonged to another. */
  | { readonly kind: 'ping'; readonly sequence: number; readonly target: NodeId }
  /** `target` is there: from itself, or passed on by the member that was asked to try. */
  | { readonly kind: 'ack'; readonly sequence: number; readonly target: NodeId }
  /** Try `target` for me. */
  | { readonly kind: 'ping-request'; readonly sequence: number; readonly target: NodeId }
  | { readonly kind: 'gossip' }
  /** One page of all that the sender knows; the other answers with the same where it is wanted. */
  | { readonly kind: 'sync'; readonly replyWanted: boolean };

export interface Packet {
  readonly clusterId: ClusterId;
  readonly from: NodeId;
  readonly generation: number;
  readonly updates: readonly MemberRecord[];
  readonly body: PacketBody;
}

/** Datagrams that the codec refuses, then packets that the core refuses. */
export const dropReasons = [
  /** Larger than any datagram of ours. */
  'oversized',
  /** Another version of the protocol, or not ours at all. */
  'version',
  /** Plain, but this node has a secret. */
  'unsealed',
  /** Sealed, but this node has no secret. */
  'sealed',
  /** Sealed with another secret, for another cluster, or changed on the way. */
  'forged',
  /** Not a packet. */
  'malformed',
  'other-cluster',
  /** Our own id: our address among the seeds, or two nodes with one data directory. */
  'own-packet',
  /** A ping for a node that had our address before. */
  'other-target',
  /** An update whose incarnation no honest member can have reached. */
  'incarnation-jump',
  /** A member more than the table takes. */
  'members-full',
  /** More full syncs asked for, or probes to pass on, than we answer in one interval. */
  'busy',
] as const;

export type DropReason = (typeof dropReasons)[number];
