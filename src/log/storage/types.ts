/**
 * What the log has on disk, and the contract of who keeps it there. The lowest layer of the folder: the
 * consensus core says what to write as these shapes, and a storage does it.
 */
import type { NodeId } from '../../types/index.js';

/**
 * `noop`: a leader's first entry. `voters`: who votes from here on (a VoterConfig). `member`: an
 * admission (owned by src/cluster). `command`: a change of the catalogue.
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
 * Who votes. While `outgoing` is not empty the change from `outgoing` to `voters` is under way, and
 * whatever is decided needs a majority of each (joint consensus, Raft thesis 4.3).
 */
export interface VoterConfig {
  readonly voters: readonly NodeId[];
  readonly outgoing: readonly NodeId[];
}

/** The entry that a snapshot ends with, and who voted by then. */
export interface SnapshotMeta {
  readonly index: number;
  readonly term: number;
  readonly config: VoterConfig;
}

/** What a node must never forget, beside the entries. */
export interface HardState {
  readonly term: number;
  /** Whom this node voted for in `term`. */
  readonly votedFor: NodeId | null;
  /** Known to be committed; may lag behind the truth. */
  readonly commitIndex: number;
  /** This node has forgotten what it promised (a lost or damaged disk): it votes for nobody. */
  readonly mute: boolean;
}

/** One write, all or nothing. */
export interface LogWrite {
  readonly hardState: HardState;
  /** They follow each other and replace what is from the first on. */
  readonly entries: readonly LogEntry[];
  /**
   * Set: everything before is dropped, entries too, and the log goes on after this snapshot, which
   * `receivePart` has taken whole.
   */
  readonly install: SnapshotMeta | null;
}

export interface LogContent {
  readonly hardState: HardState;
  /** The newest whole one. */
  readonly snapshot: SnapshotMeta | null;
  /**
   * They follow each other; the first one's index is at most one past the snapshot's (1 where there is
   * none). May begin before the snapshot's end, for followers that are a little behind.
   */
  readonly entries: readonly LogEntry[];
}

export interface SnapshotPart {
  readonly data: Uint8Array;
  readonly last: boolean;
}

export const emptyHardState: HardState = { term: 0, votedFor: null, commitIndex: 0, mute: false };

export const emptyContent: LogContent = { hardState: emptyHardState, snapshot: null, entries: [] };

/**
 * Errors are HearthErrors: `storage-full` where the disk has no room (nothing was changed, and the same
 * call may be made again), `log-damaged` where what is there cannot be trusted, else `storage`.
 */
export interface LogStorage {
  /** Reads everything, cutting a torn last record. Throws `log-damaged`. Called once. */
  open(): Promise<LogContent>;
  /**
   * Resolves once the write is on disk; one at a time. After a rejection with `storage` every later one
   * rejects too: what reached the disk is only known again after the next `open`.
   */
  append(write: LogWrite): Promise<void>;
  /** Bytes of records since the newest snapshot: what a snapshot would save. */
  readonly bytesSinceSnapshot: number;
  /**
   * Keeps a snapshot of this node's own state; resolves once it is on disk and the newest. Beside
   * appends, which do not wait for it; one at a time. A failure leaves the earlier snapshot in place.
   */
  saveSnapshot(meta: SnapshotMeta, parts: AsyncIterable<Uint8Array>): Promise<void>;
  /** Entries before `index` are not needed any more; the disk space comes back when it suits. */
  compact(index: number): Promise<void>;
  /** A part of the newest snapshot, from 0 on; null where the newest is not of this index any more. */
  readPart(index: number, part: number): Promise<SnapshotPart | null>;
  /**
   * Takes the next part of somebody else's snapshot. Returns the number of parts it now has (0 begins
   * anew: also after another snapshot began) or `whole` once all are there and on disk; only an append with `install`
   * makes it this log's own.
   */
  receivePart(meta: SnapshotMeta, part: number, content: SnapshotPart): Promise<number | 'whole'>;
  close(): Promise<void>;
}
