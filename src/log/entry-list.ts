/** The entries in memory: an array whose first item has index 1. */
import { strict as assert } from 'node:assert';
import type { LogEntry } from './types.js';

export class EntryList {
  readonly #entries: LogEntry[] = [];

  constructor(entries: readonly LogEntry[] = []) {
    for (const entry of entries) this.append(entry);
  }

  /** 0 where there is none. */
  get lastIndex(): number {
    return this.#entries.length;
  }

  get lastTerm(): number {
    return this.#entries.at(-1)?.term ?? 0;
  }

  /** The term at `index`: 0 before the first entry, undefined after the last. */
  termAt(index: number): number | undefined {
    return index === 0 ? 0 : this.#entries[index - 1]?.term;
  }

  append(entry: LogEntry): void {
    assert.equal(entry.index, this.lastIndex + 1, 'the log has no gaps');
    assert(entry.term >= this.lastTerm, 'terms never fall along the log');
    this.#entries.push(entry);
  }

  /** Forgets the entry at `index` and all after it. */
  truncateFrom(index: number): void {
    assert(index >= 1);
    this.#entries.length = Math.min(this.#entries.length, index - 1);
  }

  /** The entries from `from` to `to`, both included. */
  range(from: number, to: number): readonly LogEntry[] {
    return this.#entries.slice(from - 1, to);
  }

  /** What one message carries: from `from` on, at least one where there is one, within the limits. */
  batch(from: number, entriesMax: number, bytesMax: number): readonly LogEntry[] {
    let bytes = 0;
    let to = from - 1;
    while (to < this.lastIndex && to - from + 1 < entriesMax) {
      bytes += this.#entries[to]?.data.length ?? 0;
      if (bytes > bytesMax && to >= from) break;
      to++;
    }
    return this.range(from, to);
  }

  /**
   * Where a leader whose entry at `index` has term `term`, which this log lacks, should try next: the
   * last earlier entry whose term the leader's log can have. Skips whole terms, not single entries.
   */
  backOff(index: number, term: number): number {
    let hint = Math.min(index - 1, this.lastIndex);
    while (hint > 0 && (this.termAt(hint) ?? 0) > term) hint--;
    return hint;
  }
}
