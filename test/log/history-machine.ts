/**
 * A state machine whose state is everything that it was ever given: so that a test sees each entry that
 * is delivered twice, late or not at all, also across snapshots.
 */
import { strict as assert } from 'node:assert';
import type { EntryKind, LogEntry, StateMachine } from '../../src/log/index.js';

/** Entries in one part of a snapshot: few, so that a snapshot has several. */
const entriesPerPart = 3;

type Line = readonly [index: number, term: number, kind: EntryKind, data: string];

export class HistoryMachine implements StateMachine {
  entries: LogEntry[] = [];
  /** Where each restore ended. */
  readonly restores: number[] = [];
  /** Entries that did not come in order, each once. */
  readonly disorder: string[] = [];
  /** Where set, snapshots and restores wait for it after each part. */
  gate: Promise<void> | null = null;

  /** `changed` is called when there is more in the state than before. */
  constructor(private readonly changed: (machine: HistoryMachine) => void = () => {}) {}

  get index(): number {
    return this.entries.at(-1)?.index ?? 0;
  }

  /** The commands, with their places. */
  get commands(): string[] {
    return this.entries.filter(({ kind }) => kind === 'command').map(briefEntry);
  }

  committed(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      if (entry.index !== this.index + 1) this.disorder.push(`${entry.index} after ${this.index}`);
      this.entries.push(entry);
    }
    this.changed(this);
  }

  async *#partsOf(entries: readonly LogEntry[]): AsyncIterable<Uint8Array> {
    for (let from = 0; from < entries.length; from += entriesPerPart) {
      const lines = entries
        .slice(from, from + entriesPerPart)
        .map(({ index, term, kind, data }) => [
          index,
          term,
          kind,
          Buffer.from(data).toString('latin1'),
        ]);
      yield Buffer.from(JSON.stringify(lines));
      if (this.gate !== null) await this.gate;
    }
  }

  snapshot(): AsyncIterable<Uint8Array> {
    return this.#partsOf([...this.entries]);
  }

  async restore(index: number, parts: AsyncIterable<Uint8Array>): Promise<void> {
    const entries: LogEntry[] = [];
    for await (const part of parts) {
      const lines = JSON.parse(Buffer.from(part).toString()) as readonly Line[];
      for (const [at, term, kind, data] of lines) {
        entries.push({ index: at, term, kind, data: Uint8Array.from(Buffer.from(data, 'latin1')) });
      }
      if (this.gate !== null) await this.gate;
    }
    assert.equal(entries.at(-1)?.index, index, 'a snapshot ends where it says');
    this.entries = entries;
    this.restores.push(index);
    this.changed(this);
  }
}

/** Place, kind and text of an entry. */
export function briefEntry({ index, kind, data }: LogEntry): string {
  return kind === 'command' ? `${index} ${Buffer.from(data)}` : `${index} ${kind}`;
}
