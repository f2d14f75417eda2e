/**
 * The log of one node in a directory of its own: segments of entries, and the newest snapshot. Whatever is
 * acknowledged is on disk, and a power cut at any moment leaves all of a write or nothing of it.
 */
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { type Logger, reasonOf } from '../../lib/index.js';
import type { HearthError } from '../../types/index.js';
import { damaged, diskError, notOurs } from './damage.js';
import type { Disk } from './disk.js';
import type { LogImage } from './log-image.js';
import { type SegmentChain, Segments } from './segments.js';
import { Snapshots } from './snapshots.js';
import {
  emptyContent,
  emptyHardState,
  type LogContent,
  type LogStorage,
  type LogWrite,
  type SnapshotMeta,
  type SnapshotPart,
} from './types.js';

export interface SegmentStorageOptions {
  readonly directory: string;
  /** A log of another cluster is refused. */
  readonly clusterId: string;
  /** A segment that has so many bytes is followed by a new one. */
  readonly segmentBytes?: number;
}

const defaultSegmentBytes = 16 * 1024 * 1024;
const emptyWrite: LogWrite = { hardState: emptyHardState, entries: [], install: null };

export class SegmentStorage implements LogStorage {
  readonly #segments: Segments;
  readonly #snapshots: Snapshots;
  #isOpened = false;
  #isWriting = false;
  #isSaving = false;
  #isReceiving = false;
  #failure: HearthError | null = null;
  #bytesSinceSnapshot = 0;

  constructor(
    private readonly collaborators: { readonly disk: Disk; readonly logger: Logger },
    private readonly options: SegmentStorageOptions,
  ) {
    const segmentBytes = options.segmentBytes ?? defaultSegmentBytes;
    this.#segments = new Segments(collaborators, { ...options, segmentBytes });
    this.#snapshots = new Snapshots(collaborators, options);
  }

  get bytesSinceSnapshot(): number {
    return this.#bytesSinceSnapshot;
  }

  async open(): Promise<LogContent> {
    assert(!this.#isOpened, 'the storage is opened once');
    this.#isOpened = true;
    try {
      return await this.#read();
    } catch (thrown) {
      await this.close().catch(() => undefined);
      throw this.#error(thrown, 'opened');
    }
  }

  async append(write: LogWrite): Promise<void> {
    assert(!this.#isWriting, 'one write at a time');
    if (this.#failure !== null) throw this.#failure;
    this.#check(write);
    this.#isWriting = true;
    try {
      if (write.install !== null) await this.#install(write, write.install);
      else this.#bytesSinceSnapshot += await this.#segments.append(write);
    } catch (thrown) {
      const error = this.#error(thrown, 'written');
      if (error.code !== 'storage-full') this.#failure = error;
      throw error;
    } finally {
      this.#isWriting = false;
    }
  }

  async saveSnapshot(meta: SnapshotMeta, parts: AsyncIterable<Uint8Array>): Promise<void> {
    assert(!this.#isSaving, 'one snapshot at a time');
    this.#isSaving = true;
    const bytesBefore = this.#bytesSinceSnapshot;
    try {
      await this.#snapshots.save(meta, parts);
      this.#bytesSinceSnapshot = Math.max(0, this.#bytesSinceSnapshot - bytesBefore);
    } catch (thrown) {
      throw this.#error(thrown, 'given a snapshot');
    } finally {
      this.#isSaving = false;
    }
  }

  async compact(index: number): Promise<void> {
    assert(index <= this.#snapshotIndex() + 1, 'a snapshot has what is dropped');
    try {
      await this.#segments.removeBefore(index);
    } catch (thrown) {
      throw this.#error(thrown, 'compacted');
    }
  }

  async readPart(index: number, part: number): Promise<SnapshotPart | null> {
    try {
      return await this.#snapshots.readPart(index, part);
    } catch (thrown) {
      throw this.#error(thrown, 'read');
    }
  }

  async receivePart(
    meta: SnapshotMeta,
    part: number,
    content: SnapshotPart,
  ): Promise<number | 'whole'> {
    assert(!this.#isReceiving, 'one part at a time');
    this.#isReceiving = true;
    try {
      return await this.#snapshots.receive(meta, part, content);
    } catch (thrown) {
      throw this.#error(thrown, 'given a snapshot');
    } finally {
      this.#isReceiving = false;
    }
  }

  async close(): Promise<void> {
    await this.#snapshots.close();
    await this.#segments.close();
  }

  async #read(): Promise<LogContent> {
    const { disk } = this.collaborators;
    const { directory } = this.options;
    await disk.makeDirectory(directory);
    const names = await disk.list(directory);
    if (names.includes('log')) {
      throw notOurs(join(directory, 'log'), 'was written by an older release; start that one');
    }
    // Names that a killed process changed are relied on from here on.
    await disk.syncDirectory(directory);
    const chain = await this.#segments.find(names);
    const begin = chain[0]?.head.facts.goes === 'anew' ? chain[0].head.facts.after : null;
    await this.#snapshots.open(names, begin);
    const content = await this.#load(chain);
    for (const name of names.filter((each) => this.#isLeftOver(each))) {
      await disk.unlink(join(directory, name)).catch(() => undefined);
    }
    return content;
  }

  async #load(chain: SegmentChain): Promise<LogContent> {
    const snapshot = this.#snapshots.newest;
    if (chain.length === 0) {
      if (snapshot !== null) throw damaged(this.options.directory, 0, 'it has no segments');
      await this.#segments.begin('anew', { index: 0, term: 0 }, emptyWrite);
      return emptyContent;
    }
    const image: LogImage = await this.#segments.load(chain);
    const { hardState, entries } = image;
    const found = image.comparedTo(snapshot);
    if (found === 'gap') {
      throw damaged(chain[0]?.path ?? '', 0, 'entries are missing before it');
    }
    if (found === 'stale' && snapshot !== null) {
      await this.#segments.begin('anew', snapshot, { ...emptyWrite, hardState });
      await this.#segments.removeBefore(snapshot.index + 1);
      return { hardState, snapshot, entries: [] };
    }
    for (const { index, data } of entries) {
      if (index > (snapshot?.index ?? 0)) this.#bytesSinceSnapshot += data.length;
    }
    return { hardState, snapshot, entries };
  }

  async #install(write: LogWrite, meta: SnapshotMeta): Promise<void> {
    const bytes = await this.#segments.begin('anew', meta, write);
    try {
      await this.#snapshots.installReceived();
      await this.#segments.removeBefore(meta.index + 1);
    } catch (thrown) {
      // The segment is there already: the write must not be made again.
      const reason = reasonOf(thrown);
      throw diskError(new Error(reason), this.options.directory, 'given a snapshot');
    }
    this.#bytesSinceSnapshot = bytes;
  }

  #check({ entries, install }: LogWrite): void {
    if (install !== null) {
      assert(this.#snapshots.hasReceived(install), 'what is installed has been received');
      assert(install.index > this.#snapshotIndex(), 'only a newer snapshot is installed');
    }
    const [first] = entries;
    if (first === undefined) return;
    const next = (install?.index ?? this.#segments.lastIndex) + 1;
    assert(install === null ? first.index <= next : first.index === next, 'entries leave no gap');
    for (const [at, { index }] of entries.entries()) {
      assert(index === first.index + at, 'entries follow each other');
    }
  }

  #snapshotIndex(): number {
    return this.#snapshots.newest?.index ?? 0;
  }

  #isLeftOver(name: string): boolean {
    const isPartialSegment = /^segment-\d+\.partial$/.test(name);
    return isPartialSegment || this.#segments.isLeftOver(name) || this.#snapshots.isLeftOver(name);
  }

  #error(thrown: unknown, done: string): HearthError {
    return diskError(thrown, this.options.directory, done);
  }
}
