/**
 * Execution records on the disk: files of blocks, each named by the number of its first block. What is too old or
 * over the limit goes a file at a time, the oldest first. Nothing is synced: after a power cut the end may be gone,
 * and a torn block is cut off at the next start.
 */
import { type FileHandle, mkdir, open, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlockHead, blockHead, headerBytes, peekHead } from './block.js';

export interface SegmentsOptions {
  readonly directory: string;
  /** All files together. */
  readonly bytesMax: number;
  readonly ageMsMax: number;
}

export interface ExecutionSegment {
  readonly path: string;
  readonly firstNumber: number;
  /** When the first execution in it ended. */
  readonly firstMs: number;
  bytes: number;
}

/** So much of the limit, and of the age, is one file: what goes at a time. */
const share = 16;
/** Read into memory at once by who searches. */
const segmentBytesMax = 4 * 1024 * 1024;
const segmentBytesMin = 64 * 1024;

export class ExecutionSegments {
  /** The oldest first; the last one is still written. */
  readonly list: ExecutionSegment[] = [];
  #bytes = 0;
  #nextNumber = 0;
  #file: FileHandle | null = null;
  readonly #segmentBytes: number;

  constructor(private readonly options: SegmentsOptions) {
    const wanted = Math.floor(options.bytesMax / share);
    this.#segmentBytes = Math.min(segmentBytesMax, Math.max(segmentBytesMin, wanted));
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Above all that stand here. */
  get nextNumber(): number {
    return this.#nextNumber;
  }

  /** Finds what is there. Rejects where the directory cannot be read or made. */
  async start(): Promise<void> {
    const { directory } = this.options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const names = (await readdir(directory)).filter((name) => /^\d{16}\.rec$/.test(name)).sort();
    for (const name of names) await this.#find(join(directory, name));
    const last = this.list.at(-1);
    if (last !== undefined) await this.#cutTornEnd(last);
  }

  /** Appends blocks whose numbers follow. Rejects with all of it on the disk, or nothing. */
  async append(blocks: readonly Buffer[], { number, firstEndedMs }: BlockHead): Promise<void> {
    const bytes = blocks.reduce((sum, block) => sum + block.length, 0);
    const { file, segment } = await this.#current(number, firstEndedMs, bytes);
    try {
      await file.writev(blocks, segment.bytes);
    } catch (error) {
      await file.truncate(segment.bytes).catch(() => undefined);
      throw error;
    }
    segment.bytes += bytes;
    this.#bytes += bytes;
    this.#nextNumber = number + blocks.length;
    await this.#removeOld(firstEndedMs);
  }

  /** All of a segment that is whole; nothing where it is gone. */
  async read({ path, bytes }: ExecutionSegment): Promise<Buffer> {
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    return content.subarray(0, bytes);
  }

  async stop(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #find(path: string): Promise<void> {
    const file = await open(path);
    const { bytes, head } = await (async () => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
      return { bytes: (await file.stat()).size, head: peekHead(buffer.subarray(0, bytesRead), 0) };
    })().finally(() => file.close());
    // a file that begins with no block holds nothing that could be found
    if (head === null) {
      await rm(path, { force: true });
      return;
    }
    this.list.push({ path, firstNumber: head.number, firstMs: head.firstEndedMs, bytes });
    this.#bytes += bytes;
  }

  async #cutTornEnd(last: ExecutionSegment): Promise<void> {
    const content = await this.read(last);
    let whole = 0;
    for (const { head, at } of blocksIn(content)) {
      whole = at + head.bytes;
      this.#nextNumber = head.number + 1;
    }
    this.#bytes -= last.bytes - whole;
    last.bytes = whole;
    if (whole < content.length) await truncate(last.path, whole);
  }

  async #current(
    number: number,
    firstMs: number,
    bytes: number,
  ): Promise<{ file: FileHandle; segment: ExecutionSegment }> {
    const { directory, ageMsMax } = this.options;
    const last = this.list.at(-1);
    const isFull = last !== undefined && last.bytes + bytes > this.#segmentBytes;
    const isOld = last !== undefined && firstMs - last.firstMs > ageMsMax / share;
    if (last !== undefined && !isFull && !isOld) {
      this.#file ??= await open(last.path, 'r+');
      return { file: this.#file, segment: last };
    }
    await this.stop();
    const path = join(directory, `${String(number).padStart(16, '0')}.rec`);
    this.#file = await open(path, 'w', 0o600);
    const segment = { path, firstNumber: number, firstMs, bytes: 0 };
    this.list.push(segment);
    return { file: this.#file, segment };
  }

  async #removeOld(nowMs: number): Promise<void> {
    const { bytesMax, ageMsMax } = this.options;
    for (;;) {
      const [oldest, next] = this.list;
      if (oldest === undefined || next === undefined) return;
      // what is in it had ended when the next one was begun
      const isOld = nowMs - next.firstMs > ageMsMax;
      if (!isOld && this.#bytes <= bytesMax) return;
      await rm(oldest.path, { force: true });
      this.list.shift();
      this.#bytes -= oldest.bytes;
    }
  }
}

/** The blocks of a segment, as far as it is whole. */
export function* blocksIn(content: Buffer): Generator<{ head: BlockHead; at: number }> {
  let at = 0;
  while (at + headerBytes <= content.length) {
    const head = blockHead(content, at);
    if (head === null) return;
    yield { head, at };
    at += head.bytes;
  }
}
