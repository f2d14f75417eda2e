/** A storage of the log without files, which can be told to wait, to be full or to fail. */
import { strict as assert } from 'node:assert';
import {
  emptyHardState,
  type LogContent,
  type LogEntry,
  type LogStorage,
  type LogWrite,
  type SnapshotMeta,
  type SnapshotPart,
} from '../../../src/log/storage/index.js';
import { HearthError } from '../../../src/types/index.js';

interface HeldSnapshot {
  readonly meta: SnapshotMeta;
  readonly parts: Uint8Array[];
}

/** May be opened again and again, like a disk. */
export class MemoryStorage implements LogStorage {
  writes = 0;
  bytesSinceSnapshot = 0;
  /** Whatever needs room is refused, and nothing changes. */
  full = false;
  /** Whatever is written fails; appends do so until it is opened again. */
  broken = false;
  /** Where set, writes wait for it. */
  gate: Promise<void> | null = null;
  #hardState = emptyHardState;
  #entries: LogEntry[] = [];
  #snapshot: HeldSnapshot | null = null;
  #receiving: HeldSnapshot | null = null;
  #isWhole = false;
  #hasFailed = false;

  /** What is on the disk now. */
  get content(): LogContent {
    const snapshot = this.#snapshot?.meta ?? null;
    return { hardState: this.#hardState, snapshot, entries: [...this.#entries] };
  }

  async open(): Promise<LogContent> {
    this.#receiving = null;
    this.#isWhole = false;
    this.#hasFailed = false;
    return this.content;
  }

  async append({ hardState, entries, install }: LogWrite): Promise<void> {
    if (this.gate !== null) await this.gate;
    this.#hasFailed ||= this.broken;
    this.#checkDisk();
    this.writes++;
    if (install !== null) this.#install(install);
    this.#hardState = hardState;
    this.#add(entries);
  }

  async saveSnapshot(meta: SnapshotMeta, parts: AsyncIterable<Uint8Array>): Promise<void> {
    const kept: Uint8Array[] = [];
    for await (const part of parts) kept.push(Uint8Array.from(part));
    if (kept.length === 0) kept.push(new Uint8Array());
    if (this.gate !== null) await this.gate;
    this.#checkDisk();
    if (meta.index <= this.#snapshotIndex()) return;
    this.#snapshot = { meta, parts: kept };
    this.bytesSinceSnapshot = 0;
  }

  async compact(index: number): Promise<void> {
    assert(index <= this.#snapshotIndex() + 1, 'a snapshot has what is dropped');
    this.#entries = this.#entries.filter((entry) => entry.index >= index);
  }

  async readPart(index: number, part: number): Promise<SnapshotPart | null> {
    if (this.#snapshot === null || this.#snapshot.meta.index !== index) return null;
    const { parts } = this.#snapshot;
    const data = parts[part];
    return data === undefined ? null : { data, last: part === parts.length - 1 };
  }

  async receivePart(
    meta: SnapshotMeta,
    part: number,
    { data, last }: SnapshotPart,
  ): Promise<number | 'whole'> {
    if (this.gate !== null) await this.gate;
    if (this.#isWhole && isSame(this.#receiving?.meta, meta)) return 'whole';
    if (this.full || this.broken) this.#receiving = null;
    this.#checkDisk();
    if (part === 0) {
      this.#receiving = { meta, parts: [] };
      this.#isWhole = false;
    }
    const receiving = this.#receiving;
    if (receiving === null || !isSame(receiving.meta, meta)) return 0;
    if (part !== receiving.parts.length) return receiving.parts.length;
    receiving.parts.push(Uint8Array.from(data));
    this.#isWhole = last;
    return last ? 'whole' : receiving.parts.length;
  }

  async close(): Promise<void> {}

  #install(meta: SnapshotMeta): void {
    assert(this.#isWhole && isSame(this.#receiving?.meta, meta), 'what is installed is received');
    assert(meta.index > this.#snapshotIndex(), 'only a newer snapshot is installed');
    this.#snapshot = this.#receiving;
    this.#receiving = null;
    this.#isWhole = false;
    this.#entries = [];
    this.bytesSinceSnapshot = 0;
  }

  #add(entries: readonly LogEntry[]): void {
    const first = entries[0]?.index;
    if (first === undefined) return;
    const last = this.#entries.at(-1)?.index ?? this.#snapshotIndex();
    assert(first <= last + 1, 'entries leave no gap');
    const kept = first - (this.#entries[0]?.index ?? first);
    this.#entries.length = Math.max(0, kept);
    for (const entry of entries) {
      this.#entries.push(entry);
      this.bytesSinceSnapshot += entry.data.length;
    }
  }

  #snapshotIndex(): number {
    return this.#snapshot?.meta.index ?? 0;
  }

  #checkDisk(): void {
    if (this.broken || this.#hasFailed)
      throw new HearthError('storage', 'The disk is broken; mend it.');
    if (this.full) throw new HearthError('storage-full', 'The disk is full; make room.');
  }
}

function isSame(one: SnapshotMeta | undefined, other: SnapshotMeta): boolean {
  return one?.index === other.index && one.term === other.term;
}
