/** What the log asks of a disk. `FileLogStorage` is the real one; tests bring their own. */
import type { NodeId } from '../types/index.js';
import type { LogEntry } from './types.js';

/** What a node must never forget, beside the entries. */
export interface HardState {
  readonly term: number;
  /** Whom this node voted for in `term`. */
  readonly votedFor: NodeId | null;
  /** Known to be committed; may lag behind the truth. */
  readonly commitIndex: number;
}

/** One write, all or nothing. The entries follow each other and replace what is from the first on. */
export interface LogWrite {
  readonly hardState: HardState;
  readonly entries: readonly LogEntry[];
}

export interface LogContent {
  readonly hardState: HardState;
  /** From index 1 on, without gaps. */
  readonly entries: readonly LogEntry[];
}

export const emptyHardState: HardState = { term: 0, votedFor: null, commitIndex: 0 };

export interface LogStorage {
  /** Reads everything. Throws `storage` where what is there cannot be trusted. */
  open(): Promise<LogContent>;
  /**
   * Resolves once the write is on disk; one at a time. Rejects with `storage`, and then for ever: what
   * reached the disk is only known again after the next `open`.
   */
  append(write: LogWrite): Promise<void>;
  close(): Promise<void>;
}
