/**
 * The entries as a row of segment files, of which only the newest grows. A segment says whether it goes on
 * where the one before ended or begins anew, so that what an installed snapshot has replaced never counts
 * again, even where a power cut has brought the old files back.
 */
import { strict as assert } from 'node:assert';
import type { Logger } from '../../lib/index.js';
import { damaged, isFull } from './damage.js';
import type { Disk } from './disk.js';
import type { HeadLine, SegmentFacts } from './head-line.js';
import { LogImage, type LogPosition } from './log-image.js';
import { encodeRecord, recordBytes } from './record.js';
import {
  createSegment,
  type OpenSegment,
  readRecords,
  readSegmentHead,
  segmentCounter,
  segmentPath,
} from './segment-file.js';
import type { LogWrite } from './types.js';

interface Segment {
  readonly counter: number;
  readonly path: string;
  /** The last entry in it that a later one has not replaced; 0 where there is none. */
  lastIndex: number;
}

/** The segments that count, oldest first. */
export type SegmentChain = readonly (Segment & { readonly head: HeadLine<SegmentFacts> })[];

interface Options {
  readonly directory: string;
  readonly clusterId: string;
  readonly segmentBytes: number;
}

const scratchBytesMax = 4 * 1024 * 1024;

export class Segments {
  #segments: Segment[] = [];
  #current: OpenSegment | null = null;
  #currentBytes = 0;
  /** Behind the last record may be a part of one that was refused. */
  #tailIsTorn = false;
  #last: LogPosition = { index: 0, term: 0 };
  #scratch = Buffer.allocUnsafe(64 * 1024);

  constructor(
    private readonly collaborators: { readonly disk: Disk; readonly logger: Logger },
    private readonly options: Options,
  ) {}

  get lastIndex(): number {
    return this.#last.index;
  }

  /** Finds the segments that count among the names of the directory. */
  async find(names: readonly string[]): Promise<SegmentChain> {
    const { directory, clusterId } = this.options;
    const counters = names.map(segmentCounter).filter((counter) => counter !== null);
    const there = new Set(counters);
    const chain: SegmentChain[number][] = [];
    for (let counter = Math.max(...counters); there.has(counter); counter--) {
      const path = segmentPath(directory, counter);
      const head = await readSegmentHead(this.collaborators.disk, path, clusterId);
      if (head.facts.counter !== counter) throw damaged(path, 0, 'it has the name of another');
      chain.unshift({ counter, path, lastIndex: 0, head });
      if (head.facts.goes === 'anew') break;
    }
    return chain;
  }

  /** Reads a chain that is not empty, cutting a torn last record, and goes on with its last segment. */
  async load(chain: SegmentChain): Promise<LogImage> {
    const [first] = chain;
    assert(first !== undefined && this.#segments.length === 0, 'segments are loaded once');
    const image = new LogImage(first.head.facts.after);
    for (const segment of chain) {
      const { after } = segment.head.facts;
      const last = image.last();
      if (after.index !== last.index || after.term !== last.term) {
        throw damaged(segment.path, 0, 'it does not follow the segment before it');
      }
      this.#segments.push({ ...segment });
      await this.#loadOne(segment, segment === chain.at(-1), image);
    }
    this.#last = image.last();
    return image;
  }

  /** The bytes that the write took; resolves once they are on disk. Where it rejects nothing has changed. */
  async append(write: LogWrite): Promise<number> {
    if (this.#tailIsTorn) await this.#cutTail();
    if (this.#currentBytes >= this.options.segmentBytes) return this.begin('on', this.#last, write);
    const current = this.#open();
    const scratch = this.#scratchFor(recordBytes(write));
    const record = encodeRecord(scratch, write, this.#currentBytes, current.seed);
    try {
      await current.file.write(record, this.#currentBytes);
    } catch (thrown) {
      this.#tailIsTorn = true;
      if (isFull(thrown)) await this.#cutTail().catch(() => undefined);
      throw thrown;
    }
    this.#currentBytes += record.length;
    this.#appended(write);
    return record.length;
  }

  /** Begins a new segment with a write; resolves once both are on disk. */
  async begin(goes: SegmentFacts['goes'], after: LogPosition, write: LogWrite): Promise<number> {
    const { directory, clusterId } = this.options;
    const { index, term } = after;
    assert(term !== null, 'the term before a new segment is known');
    const counter = (this.#segments.at(-1)?.counter ?? 0) + 1;
    const path = segmentPath(directory, counter);
    const facts = { clusterId, counter, goes, after: { index, term } };
    const made = await createSegment(this.collaborators.disk, path, facts, write);
    // all that matters of it is on disk
    await this.close().catch(() => undefined);
    this.#current = made;
    this.#currentBytes = made.bytes;
    this.#tailIsTorn = false;
    this.#segments.push({ counter, path, lastIndex: 0 });
    if (goes === 'anew') {
      this.#last = { index, term };
      for (const segment of this.#segments) segment.lastIndex = 0;
    }
    this.#appended(write);
    return made.bytes;
  }

  /** Removes the oldest segments as far as all their entries are before `index`. */
  async removeBefore(index: number): Promise<void> {
    const keep = this.#segments.findIndex((segment) => segment.lastIndex >= index);
    const count =
      keep === -1 ? this.#segments.length - 1 : Math.min(keep, this.#segments.length - 1);
    const removed = this.#segments.splice(0, count);
    for (const { path } of removed) await this.collaborators.disk.unlink(path);
  }

  /** Whether a name is that of a segment, and not of one in use. */
  isLeftOver(name: string): boolean {
    const counter = segmentCounter(name);
    return counter !== null && !this.#segments.some((segment) => segment.counter === counter);
  }

  async close(): Promise<void> {
    const current = this.#current;
    this.#current = null;
    await current?.file.close();
  }

  async #loadOne(segment: SegmentChain[number], isLast: boolean, image: LogImage): Promise<void> {
    const { disk, logger } = this.collaborators;
    const { path, head } = segment;
    const file = await disk.open(path, isLast ? 'update-through' : 'read');
    try {
      const { wholeBytes, tornBytes } = await readRecords(
        file,
        path,
        head,
        isLast,
        (record, at) => {
          image.hardState = record.hardState;
          if (!image.add(record.entries)) throw damaged(path, at, 'entries are missing before it');
          this.#noteEntries(record.entries);
        },
      );
      if (!isLast) return await file.close();
      if (tornBytes > 0) {
        logger.warn({ path, tornBytes }, 'cut a torn last record');
        await file.truncate(wholeBytes);
      }
      // What a killed process wrote may still be in memory only, and is relied on from here on.
      await file.datasync();
      this.#current = { file, seed: head.seed, bytes: wholeBytes };
      this.#currentBytes = wholeBytes;
    } catch (thrown) {
      await file.close().catch(() => undefined);
      throw thrown;
    }
  }

  #appended({ entries }: LogWrite): void {
    this.#noteEntries(entries);
    this.#last = entries.at(-1) ?? this.#last;
  }

  /** Entries were added to the newest segment: those from the first one on are gone from the others. */
  #noteEntries(entries: LogWrite['entries']): void {
    const first = entries[0];
    const newest = this.#segments.at(-1);
    if (first === undefined || newest === undefined) return;
    for (const segment of this.#segments) {
      segment.lastIndex = Math.min(segment.lastIndex, first.index - 1);
    }
    newest.lastIndex = entries.at(-1)?.index ?? 0;
  }

  async #cutTail(): Promise<void> {
    const { file } = this.#open();
    await file.truncate(this.#currentBytes);
    await file.datasync();
    this.#tailIsTorn = false;
  }

  #open(): OpenSegment {
    if (this.#current === null) throw new Error('it is not open');
    return this.#current;
  }

  #scratchFor(bytes: number): Buffer {
    if (bytes <= this.#scratch.length) return this.#scratch;
    if (bytes > scratchBytesMax) return Buffer.allocUnsafe(bytes);
    this.#scratch = Buffer.allocUnsafe(2 ** Math.ceil(Math.log2(bytes)));
    return this.#scratch;
  }
}
