/** The entries that a sequence of writes leaves, put together while segments are read. */
import type { HardState, LogEntry, SnapshotMeta } from './types.js';
import { emptyHardState } from './types.js';

export interface LogPosition {
  readonly index: number;
  /** Null where it is not known. */
  readonly term: number | null;
}

export class LogImage {
  hardState: HardState = emptyHardState;
  entries: LogEntry[] = [];

  /** `after` is the entry before the first one. */
  constructor(private after: LogPosition) {}

  /** The newest entry, or where the log begins. */
  last(): LogPosition {
    return this.entries.at(-1) ?? this.after;
  }

  /** False where there is a gap before them. */
  add(entries: readonly LogEntry[]): boolean {
    const first = entries[0]?.index;
    if (first === undefined) return true;
    if (first > this.last().index + 1) return false;
    if (first <= this.after.index) {
      this.after = { index: first - 1, term: null };
      this.entries = [];
    } else {
      this.entries.length = first - 1 - this.after.index;
    }
    for (const entry of entries) this.entries.push(entry);
    return true;
  }

  /**
   * How the entries stand to the newest snapshot: `fits`, `stale` where they end before it or tell
   * another story of its time (they were not needed any more when it was made), `gap` where entries
   * between the two are missing.
   */
  comparedTo(snapshot: SnapshotMeta | null): 'fits' | 'stale' | 'gap' {
    if (snapshot === null) return this.after.index === 0 ? 'fits' : 'gap';
    if (this.after.index > snapshot.index) return 'gap';
    if (this.last().index < snapshot.index) return 'stale';
    if (this.after.index < snapshot.index) {
      const same = this.entries[snapshot.index - this.after.index - 1];
      return same?.term === snapshot.term ? 'fits' : 'stale';
    }
    // terms never fall from one entry to the next
    const firstTerm = this.entries[0]?.term ?? snapshot.term;
    const sameTerm = this.after.term === null || this.after.term === snapshot.term;
    return sameTerm && firstTerm >= snapshot.term ? 'fits' : 'stale';
  }
}
