/**
 * What the disk does not have yet, and the messages that must wait for it. A promise to another node
 * (a vote, "I have these entries") is only sent when everything it rests on is on disk.
 *
 * One write is under way at a time; what changes meanwhile goes into the next one, so that many
 * proposals share a sync. An entry counts as saved only below the first index that was touched since:
 * an entry that was truncated and came back is unsaved until it is written again.
 */
import { strict as assert } from 'node:assert';
import type { EntryList } from './entry-list.js';
import type { HardState, LogWrite, SnapshotMeta } from './storage/types.js';
import type { LogMessage } from './types.js';

interface InFlight {
  readonly from: number;
  readonly hardStateChanged: boolean;
  readonly commitIndex: number;
  readonly install: SnapshotMeta | null;
  messages: readonly LogMessage[];
}

/** What a finished write makes true. */
export interface Written {
  /** They waited for it. */
  readonly messages: readonly LogMessage[];
  /** The snapshot that the log now begins with, where the write put one there. */
  readonly installed: SnapshotMeta | null;
}

export class Unsaved {
  #first: number;
  #hardStateChanged = false;
  #savedCommitIndex: number;
  #install: SnapshotMeta | null = null;
  #waiting: readonly LogMessage[] = [];
  #inFlight: InFlight | null = null;

  constructor(savedIndex: number, savedCommitIndex: number) {
    this.#first = savedIndex + 1;
    this.#savedCommitIndex = savedCommitIndex;
  }

  /** Everything up to here is on disk, as it stands in memory. */
  get savedIndex(): number {
    return Math.min(this.#first, this.#inFlight?.from ?? this.#first) - 1;
  }

  /** True while the term and the vote in memory are the ones on disk. */
  get hardStateSaved(): boolean {
    return !this.#hardStateChanged && this.#inFlight?.hardStateChanged !== true;
  }

  get savedCommitIndex(): number {
    return this.#savedCommitIndex;
  }

  /** A snapshot is on its way to the disk: nothing after it can be delivered yet. */
  get installing(): boolean {
    return this.#install !== null || (this.#inFlight?.install ?? null) !== null;
  }

  changeHardState(): void {
    this.#hardStateChanged = true;
  }

  truncateFrom(index: number): void {
    this.#first = Math.min(this.#first, index);
  }

  /** The log goes on after a snapshot: what it held before is not written any more. */
  install(meta: SnapshotMeta): void {
    this.#install = meta;
    this.#first = meta.index + 1;
  }

  /** Takes a message that rests on the present state; false where it may leave at once. */
  hold(message: LogMessage, lastIndex: number): boolean {
    if (this.#hardStateChanged || this.#install !== null || this.#first <= lastIndex) {
      this.#waiting = withMessage(this.#waiting, message);
      return true;
    }
    if (this.#inFlight === null) return false;
    this.#inFlight.messages = withMessage(this.#inFlight.messages, message);
    return true;
  }

  /**
   * The next write, or null where there is nothing to write or one is under way. `force` writes also
   * when only the commit index moved.
   */
  take(log: EntryList, hardState: HardState, force: boolean): LogWrite | null {
    if (this.#inFlight !== null) return null;
    const install = this.#install;
    const changed = this.#hardStateChanged || install !== null || this.#first <= log.lastIndex;
    if (!changed && !(force && hardState.commitIndex > this.#savedCommitIndex)) return null;
    const entries = log.range(this.#first, log.lastIndex);
    this.#inFlight = {
      from: this.#first,
      hardStateChanged: this.#hardStateChanged,
      commitIndex: hardState.commitIndex,
      install,
      messages: this.#waiting,
    };
    this.#install = null;
    this.#first = log.lastIndex + 1;
    this.#hardStateChanged = false;
    this.#waiting = [];
    return { hardState, entries, install };
  }

  /** The write under way is on disk. */
  written(): Written {
    assert(this.#inFlight !== null, 'a write is under way');
    const { messages, commitIndex, install } = this.#inFlight;
    this.#savedCommitIndex = commitIndex;
    this.#inFlight = null;
    return { messages, installed: install };
  }
}

function withMessage(list: readonly LogMessage[], message: LogMessage): readonly LogMessage[] {
  return [...list.filter((earlier) => !supersedes(message, earlier)), message];
}

/** Of two answers to one leader the later one says it all: so that a slow disk piles up nothing. */
function supersedes(later: LogMessage, earlier: LogMessage): boolean {
  return (
    later.kind === 'append-reply' &&
    earlier.kind === 'append-reply' &&
    later.to === earlier.to &&
    later.term === earlier.term &&
    later.matchIndex >= earlier.matchIndex
  );
}
