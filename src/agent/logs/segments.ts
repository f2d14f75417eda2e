/**
 * The log of a node on its disk: segments of a bounded size, the oldest removed first. A segment is a row of
 * blocks in `<first sequence>.log`; what is known of a finished one stands beside it in `.idx`, and is found
 * out by reading where that is missing. Nothing is synced: after a power cut the end of the log may be gone.
 */
import { mkdir, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nextTurn } from '../../lib/index.js';
import { blockBytesMax, type SealedBlock } from './block.js';
import { blockHead } from './block-reader.js';
import type { LogFile, OpenLogFile } from './log-file.js';
import { SegmentIndex } from './segment-index.js';

export interface SegmentsOptions {
  readonly directory: string;
  /** All segments together. */
  readonly bytesMax: number;
  readonly segmentBytes: number;
}

export interface Segment {
  readonly path: string;
  readonly index: SegmentIndex;
}

/** Two blocks, so that one that begins in a window's first half ends in it. */
export const windowBytes = 2 * blockBytesMax;

export class Segments {
  /** The oldest first; the last one may still be written. */
  readonly list: Segment[] = [];
  #bytes = 0;
  #file: LogFile | null = null;

  constructor(
    private readonly options: SegmentsOptions,
    private readonly openFile: OpenLogFile,
    /** Hears of a segment that was removed to make room. */
    private readonly removed: (index: SegmentIndex) => void,
  ) {}

  /** On the disk, without what is known of finished segments. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The number that the next record gets, where any was ever kept. */
  get nextSequence(): number | null {
    return this.list.at(-1)?.index.nextSequence ?? null;
  }

  /** Finds what is there, and cuts a torn end. What cannot be read is left alone. */
  async start(unreadable: (path: string, error: unknown) => void): Promise<void> {
    const { directory } = this.options;
    await makeDirectory(directory);
    const names = (await readdir(directory)).sort();
    for (const name of names.filter((each) => /^\d{16}\.log$/.test(each))) {
      const path = join(directory, name);
      await this.#find(path, Number(name.slice(0, 16))).catch((error) => unreadable(path, error));
    }
    const known = new Set(this.list.map(({ path }) => indexPath(path)));
    for (const name of names.filter((each) => each.endsWith('.idx'))) {
      const path = join(directory, name);
      if (!known.has(path)) await rm(path, { force: true });
    }
    await this.#makeRoom(0);
  }

  async #find(path: string, first: number): Promise<void> {
    const { segmentBytes } = this.options;
    const index = (await savedIndex(path, first)) ?? (await scanned(path, first, segmentBytes));
    if (index.records === 0 || first < (this.nextSequence ?? 0)) {
      await removeSegment(path);
      return;
    }
    this.list.push({ path, index });
    this.#bytes += index.bytes;
  }

  /** Appends blocks whose sequences follow. Rejects with all of it on the disk, or nothing. */
  async append(blocks: readonly SealedBlock[]): Promise<void> {
    const bytes = blocks.reduce((sum, { data }) => sum + data.length, 0);
    const current = this.#file === null ? undefined : this.list.at(-1);
    if (current !== undefined && current.index.bytes + bytes > this.options.segmentBytes) {
      await this.finish();
    }
    await this.#makeRoom(bytes);
    const first = blocks[0]?.head.firstSequence ?? 0;
    const { file, segment } = await this.#current(first);
    const at = segment.index.bytes;
    try {
      await file.write(
        blocks.map(({ data }) => data),
        at,
      );
    } catch (error) {
      await file.truncate(at).catch(() => this.#abandon());
      throw error;
    }
    for (const { data, head } of blocks) segment.index.add(data, head);
    this.#bytes += bytes;
  }

  /** The segment that is written becomes a finished one. */
  async finish(): Promise<void> {
    const segment = this.list.at(-1);
    if (this.#file === null || segment === undefined) return;
    await this.#abandon();
    if (segment.index.records === 0) {
      this.list.pop();
      await removeSegment(segment.path);
      return;
    }
    await writeFile(indexPath(segment.path), segment.index.encode(), { mode: 0o600 }).catch(() => {
      // found out by reading at the next start
    });
  }

  async #current(firstSequence: number): Promise<{ file: LogFile; segment: Segment }> {
    const { directory, segmentBytes } = this.options;
    const last = this.list.at(-1);
    if (this.#file !== null && last !== undefined) return { file: this.#file, segment: last };
    const path = join(directory, `${String(firstSequence).padStart(16, '0')}.log`);
    await makeDirectory(directory);
    const file = await this.openFile(path);
    // one that got nothing before it was given up has the same name
    if (last?.path === path) this.list.pop();
    const segment = { path, index: new SegmentIndex(firstSequence, segmentBytes) };
    this.list.push(segment);
    this.#file = file;
    return { file, segment };
  }

  /** Nothing more is written to the current file. */
  async #abandon(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close().catch(() => undefined);
  }

  async #makeRoom(bytes: number): Promise<void> {
    const kept = this.#file === null ? 0 : 1;
    while (this.#bytes + bytes > this.options.bytesMax && this.list.length > kept) {
      const oldest = this.list[0];
      if (oldest === undefined) return;
      await removeSegment(oldest.path);
      this.list.shift();
      this.#bytes -= oldest.index.bytes;
      this.removed(oldest.index);
    }
  }
}

/** The bytes of a segment from `from` on, at most `bytesMax`; null where it is gone. */
export async function readWindow(
  { path, index }: Segment,
  from: number,
  bytesMax: number,
): Promise<Buffer | null> {
  const bytes = Math.min(bytesMax, index.bytes - from);
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function indexPath(path: string): string {
  return path.replace(/log$/, 'idx');
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

async function removeSegment(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(indexPath(path), { force: true });
}

async function savedIndex(path: string, first: number): Promise<SegmentIndex | null> {
  const data = await readFile(indexPath(path)).catch(() => null);
  return data === null ? null : SegmentIndex.decode(data, first);
}

/** Reads a segment for what is in it, up to the first block that is not whole, and cuts it there. */
async function scanned(path: string, first: number, segmentBytes: number): Promise<SegmentIndex> {
  const index = new SegmentIndex(first, segmentBytes);
  const file = await open(path);
  try {
    for (;;) {
      const window = Buffer.allocUnsafe(windowBytes);
      const { bytesRead } = await file.read(window, 0, windowBytes, index.bytes);
      const bytes = window.subarray(0, bytesRead);
      let at = 0;
      for (let head = blockHead(bytes, 0); head !== null; head = blockHead(bytes, at)) {
        if (head.firstSequence < index.nextSequence) break;
        index.add(bytes.subarray(at, at + head.bytes), head);
        at += head.bytes;
      }
      if (at === 0) break;
      await nextTurn();
    }
  } finally {
    await file.close();
  }
  await truncate(path, index.bytes);
  return index;
}
