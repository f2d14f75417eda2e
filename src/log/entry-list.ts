/**
 * The entries in memory: those after a base, which is an entry of which only place and term are still
 * known, for what lies before is in a snapshot.
 */
import { strict as assert } from 'node:assert';
import type { LogEntry } from './storage/types.js';

export interface LogBase {
  readonly index: number;
  readonly term: number;
}

export class EntryList {
  #base: LogBase;
  #entries: LogEntry[];

  constructor(base: LogBase = { index: 0, term: 0 }, entries: readonly LogEntry[] = []) {
    this.#base = base;
    this.#entries = [];
    for (const entry of entries) this.append(entry);
  }

  get base(): LogBase {
    return this.#base;
  }

  /** 0 where there is none. */
  get lastIndex(): number {
    return this.#base.index + this.#entries.length;
  }

  get lastTerm(): number {
    return this.#entries.at(-1)?.term ?? this.#base.term;
  }

  /** The term at `index`: undefined before the base and after the last entry. */
  termAt(index: number): number | undefined {
    if (index === this.#base.index) return this.#base.term;
    return this.#entries[index - this.#base.index - 1]?.term;
  }

  append(entry: LogEntry): void {
    assert.equal(entry.index, this.lastIndex + 1, 'the log has no gaps');
    assert(entry.term >= this.lastTerm, 'terms never fall along the log');
    this.#entries.push(entry);
  }

  /** Forgets the entry at `index` and all after it. */
  truncateFrom(index: number): void {
    assert(index > this.#base.index, 'what a snapshot covers stays');
    this.#entries.length = Math.min(this.#entries.length, index - this.#base.index - 1);
  }

  /** Forgets the entries up to `index`, which becomes the base. */
  compact(index: number): void {
    const term = this.termAt(index);
    if (term === undefined || index <= this.#base.index) return;
    this.#entries = this.#entries.slice(index - this.#base.index);
    this.#base = { index, term };
  }

  /** Forgets everything: the log goes on after `base`. */
  reset(base: LogBase): void {
    this.#base = { index: base.index, term: base.term };
    this.#entries = [];
  }

  /** The entries from `from` to `to`, both included, as far as they are here. */
  range(from: number, to: number): readonly LogEntry[] {
    if (to < from) return [];
    const start = Math.max(0, from - this.#base.index - 1);
    return this.#entries.slice(start, Math.max(start, to - this.#base.index));
  }

  /** What one message carries: from `from` up to `to`, at least one where there is one, within the limits. */
  batch(from: number, to: number, entriesMax: number, bytesMax: number): readonly LogEntry[] {
    let bytes = 0;
    let end = from - 1;
    while (end < to && end - from + 1 < entriesMax) {
      bytes += this.#entries[end - this.#base.index]?.data.length ?? 0;
      if (bytes > bytesMax && end >= from) break;
      end++;
    }
    return this.range(from, end);
  }

  /** The first of the entries up to `to` that are within the limits, counted from the end; `to` + 1: none. */
  firstWithin(to: number, entriesMax: number, bytesMax: number): number {
    let bytes = 0;
    let first = to + 1;
    while (first > this.#base.index + 1 && to - first + 1 < entriesMax) {
      bytes += this.#entries[first - 2 - this.#base.index]?.data.length ?? 0;
      if (bytes > bytesMax) break;
      first--;
    }
    return first;
  }

  /**
   * Where a leader whose entry at `index` has term `term`, which this log lacks, should try next: the
   * last earlier entry whose term the leader's log can have. Skips whole terms, not single entries.
   */
  backOff(index: number, term: number): number {
    let hint = Math.min(index - 1, this.lastIndex);
    while (hint > this.#base.index && (this.termAt(hint) ?? 0) > term) hint--;
    return hint;
  }
}
