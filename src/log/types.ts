/**
 * The narrow interface between what is replicated and what replicates it: `ReplicatedLog` below and the
 * two that it calls, `StateMachine` and `LogEvents`. Whoever only writes and reads knows nothing else.
 * `VotersControl` is for who decides which nodes vote and lead, which is src/cluster.
 */
import type { NodeId } from '../types/index.js';
import type { EntryKind, LogEntry, SnapshotMeta } from './storage/types.js';

/**
 * A message between two consensus cores. `term` is the sender's; only a granted pre-vote carries back
 * the term of its request. `round` is a number of the leader that the reply repeats (0 never counts):
 * it tells the leader which of its messages was answered, so that an old answer confirms no new read.
 */
export type LogMessage = { readonly from: NodeId; readonly to: NodeId; readonly term: number } & (
  | {
      readonly kind: 'vote-request';
      readonly lastIndex: number;
      readonly lastTerm: number;
      readonly preVote: boolean;
      /** The leader wants it so: whoever hears that leader votes all the same. */
      readonly handedOver: boolean;
    }
  | { readonly kind: 'vote-reply'; readonly granted: boolean; readonly preVote: boolean }
  | {
      readonly kind: 'append-request';
      /** Who leads. Not the sender: it only passes on what is committed. Null: it knows of none. */
      readonly leader: NodeId | null;
      /** How long ago that leader was heard: so that nobody is kept alive by hearsay. */
      readonly heardAgoMs: number;
      readonly previousIndex: number;
      readonly previousTerm: number;
      readonly commitIndex: number;
      readonly entries: readonly LogEntry[];
      readonly round: number;
    }
  | {
      readonly kind: 'append-reply';
      readonly accepted: boolean;
      /** Accepted: the last index known to match. Refused: the `previousIndex` to try next. */
      readonly matchIndex: number;
      readonly round: number;
      /** The sender votes for nobody, for it has forgotten what it promised. */
      readonly mute: boolean;
    }
  | {
      readonly kind: 'snapshot-request';
      readonly leader: NodeId | null;
      readonly heardAgoMs: number;
      readonly meta: SnapshotMeta;
      /** From 0. */
      readonly part: number;
      readonly data: Uint8Array;
      readonly last: boolean;
    }
  /** The sender has the first `parts` parts of the snapshot that ends at `index`. */
  | { readonly kind: 'snapshot-reply'; readonly index: number; readonly parts: number }
  /** Feed me: repeated while the sender has no vote, or hears nobody. */
  | { readonly kind: 'follow-request'; readonly lastIndex: number }
  /** Stand for election now, without waiting for anything: the sender hands the lead over. */
  | { readonly kind: 'lead-now' }
);

export interface LogStatus {
  readonly state: 'leader' | 'follower' | 'candidate' | 'learner';
  readonly term: number;
  readonly leader: NodeId | null;
  /** All who vote; while they change, the old and the new ones. */
  readonly voters: readonly NodeId[];
  /** The voters are being changed. */
  readonly changing: boolean;
  readonly lastIndex: number;
  readonly commitIndex: number;
  /**
   * Leader: a majority of the voters answered within the last election timeout.
   * Others: a leader was heard from within it.
   */
  readonly quorum: boolean;
  /** This node votes for nobody, for it has forgotten what it promised. */
  readonly mute: boolean;
  /** The disk of this node has no room: it leads nothing and takes no changes until it has. */
  readonly diskFull: boolean;
}

/** What is replicated: it is given all that is committed, and can be put in and out of a snapshot. */
export interface StateMachine {
  /** Newly committed entries, in order, each once per start of the process, from the last restore on. */
  committed(entries: readonly LogEntry[]): void;
  /**
   * The state after everything that was given to `committed` before this call, whatever is given while
   * it is read. Parts of at most `limits.snapshotPartBytesMax`.
   */
  snapshot(): AsyncIterable<Uint8Array>;
  /** Replaces the state by one that `snapshot` gave, here or elsewhere. `index` is the last entry in it. */
  restore(index: number, parts: AsyncIterable<Uint8Array>): Promise<void>;
}

export interface LogEvents {
  /** Sends a message, or loses it: the core repeats what matters. */
  send(message: LogMessage): void;
  /** The state, term, leader, voters or quorum changed; moving indexes alone are not told. */
  statusChanged(status: LogStatus): void;
  /** The log takes no further part. `error` says why. */
  failed(error: Error): void;
}

export interface ReplicatedLog {
  /** Restores what is on disk, delivers what is known to be committed, and begins to take part. */
  start(): Promise<void>;
  /** Ends with everything on disk and every pending proposal rejected. */
  stop(): Promise<void>;
  /**
   * Appends on the leader and resolves with the entry's index once a majority of the voters has it on
   * disk. Rejects with `no-quorum` where this node is not the leader, or loses the lead before that
   * (the entry may still be committed later: commands carry an id so that repeating them is safe), and
   * with `storage-full` where its disk has no room.
   */
  propose(kind: Exclude<EntryKind, 'noop' | 'voters'>, data: Uint8Array): Promise<number>;
  /**
   * Leader: resolves with a commit index that covers everything acknowledged before the call, after a
   * majority confirmed the lead (Raft thesis, 6.4). Rejects with `no-quorum` elsewhere.
   */
  readIndex(): Promise<number>;
  status(): LogStatus;
}

/** How far a node is that this one, the leader, feeds. */
export interface Follower {
  readonly matchIndex: number;
  /** It answers, and is close enough that counting its vote cannot stop the log. */
  readonly caughtUp: boolean;
  readonly mute: boolean;
}

/** Who votes, who leads, who feeds whom. Everything here but `changeVoters` may be said again and again. */
export interface VotersControl {
  /** Takes a message from another node. */
  receive(message: LogMessage): void;
  /** Leader: these nodes replace the voters; resolves when they rule alone. Else rejects `no-quorum`. */
  changeVoters(voters: readonly NodeId[]): Promise<number>;
  /** Leader: hands the lead over to a voter that is caught up. Resolves when this node leads no more. */
  transferLead(to: NodeId): Promise<void>;
  /** Leader: these nodes are fed beside the voters, for they are to become some. */
  setLearners(learners: readonly NodeId[]): void;
  /** Whom this node asks to feed it while it has no vote: the first, then the next if that is silent. */
  setFeeders(feeders: readonly NodeId[]): void;
  /** Who should lead rather, best first. */
  setPreference(order: readonly NodeId[]): void;
  /** This node's process has ended: if it led, somebody else is wanted at once. */
  processGone(node: NodeId): void;
  /** This node was admitted anew by the entry at `index`; before that a mute one is not heard again. */
  admittedAt(index: number): void;
  /** Leader: the nodes that it feeds. Empty elsewhere. */
  followers(): ReadonlyMap<NodeId, Follower>;
}
