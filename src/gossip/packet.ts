/** One packet of gossip as data, and every reason for which one is dropped. */
import type { ClusterId, NodeId } from '../types/index.js';
import type { GossipMember } from './types.js';

/** A member as it travels. */
export interface MemberRecord extends GossipMember {
  /** Dead or left: seconds since then, so that all members forget at about the same time. Else 0. */
  readonly endedS: number;
  /** Suspect: marks (`markOf`) of those whose own probe failed, ascending. Else empty. */
  readonly accusers: readonly number[];
  /** Dead: its process has been seen to be gone (`streamBroken`); else it only did not answer. */
  readonly proven?: boolean;
}

export interface Ack {
  readonly kind: 'ack';
  readonly sequence: number;
  readonly target: NodeId;
  /** From `target` itself: what its machine's clock said when this was sent, in milliseconds since 1970. */
  readonly wallMs?: number;
}

export type PacketBody =
  /** Are you there? `target` lets the receiver see that its address once belonged to another. */
  | { readonly kind: 'ping'; readonly sequence: number; readonly target: NodeId }
  /** `target` is there: from itself, or passed on by the member that was asked to try. */
  | Ack
  /** Try `target` for me. */
  | { readonly kind: 'ping-request'; readonly sequence: number; readonly target: NodeId }
  /** `target` did not answer me either; but you see that I am there (Lifeguard, section 3.1). */
  | { readonly kind: 'nack'; readonly sequence: number; readonly target: NodeId }
  | { readonly kind: 'gossip' }
  /** All that the sender knows: only on streams, and answered with the same. */
  | { readonly kind: 'sync' };

export interface Packet {
  readonly clusterId: ClusterId;
  readonly from: NodeId;
  readonly generation: number;
  readonly updates: readonly MemberRecord[];
  /** Checksum of the sender's view, 16 hex digits; '' where the body does not carry one. */
  readonly view: string;
  readonly body: PacketBody;
}

/** Packets that the codec refuses, then those that the core refuses. */
export const dropReasons = [
  /** Larger than any packet of ours. */
  'oversized',
  /** Another version of the protocol, or not ours at all. */
  'version',
  /** Plain, but this node has a secret. */
  'unsealed',
  /** Sealed, but this node has no secret. */
  'sealed',
  /** Sealed with a secret that we do not hold, for another cluster, or changed on the way. */
  'forged',
  /** Opened before, or so old that we cannot tell. */
  'replayed',
  /** Not a packet. */
  'malformed',
  'other-cluster',
  /** Our own id: our address among the seeds, or two nodes with one data directory. */
  'own-packet',
  /** From an earlier life of a node that has started again since. */
  'old-generation',
  /** A ping for a node that had our address before. */
  'other-target',
  /** An update whose incarnation no honest member can have reached. */
  'incarnation-jump',
  /** A member more than the table takes. */
  'members-full',
  /** More syncs asked for, or probes to pass on, than we answer in one interval. */
  'busy',
] as const;

export type DropReason = (typeof dropReasons)[number];
