/**
 * The narrow interface between what is replicated and what replicates it. The cluster actor and the
 * catalogue know only this file.
 */
import type { NodeId } from '../types/index.js';

/**
 * `noop`: a leader's first entry. `voters`: JSON array of node ids, the voters from here on.
 * `member`: an admission (owned by src/cluster). `command`: a change of the catalogue.
 */
export type EntryKind = 'noop' | 'voters' | 'member' | 'command';

export interface LogEntry {
  /** From 1, without gaps. */
  readonly index: number;
  readonly term: number;
  readonly kind: EntryKind;
  readonly data: Uint8Array;
}

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
    }
  | { readonly kind: 'vote-reply'; readonly granted: boolean; readonly preVote: boolean }
  | {
      readonly kind: 'append-request';
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
    }
);

export interface LogStatus {
  readonly state: 'leader' | 'follower' | 'candidate' | 'learner';
  readonly term: number;
  readonly leader: NodeId | null;
  readonly voters: readonly NodeId[];
  readonly lastIndex: number;
  readonly commitIndex: number;
  /**
   * Leader: a majority of the voters answered within the last election timeout.
   * Others: a leader was heard from within it.
   */
  readonly quorum: boolean;
}

export interface LogEvents {
  /** Sends a message, or loses it: the core repeats what matters. */
  send(message: LogMessage): void;
  /** Newly committed entries, in order, each once per start of the process, from the first on. */
  committed(entries: readonly LogEntry[]): void;
  /** The state, term, leader, voters or quorum changed; moving indexes alone are not told. */
  statusChanged(status: LogStatus): void;
  /** The disk refused a write: the log takes no further proposals. `error` says why. */
  failed(error: Error): void;
}

export interface ReplicatedLog {
  /** Reads what is on disk, delivers what is known to be committed, and begins to take part. */
  start(): Promise<void>;
  /** Ends with everything on disk and every pending proposal rejected. */
  stop(): Promise<void>;
  /** Takes a message from another node. */
  receive(message: LogMessage): void;
  /**
   * Appends on the leader and resolves with the entry's index once a majority of the voters has it on
   * disk. Rejects with `no-quorum` where this node is not the leader, or loses the lead before that
   * (the entry may still be committed later: commands carry an id so that repeating them is safe).
   */
  propose(kind: EntryKind, data: Uint8Array): Promise<number>;
  /**
   * Leader: resolves with a commit index that covers everything acknowledged before the call, after a
   * majority confirmed the lead (Raft thesis, 6.4). Rejects with `no-quorum` elsewhere.
   */
  readIndex(): Promise<number>;
  /** The nodes that follow the log without a vote: the leader feeds them too. */
  setLearners(learners: readonly NodeId[]): void;
  status(): LogStatus;
}
