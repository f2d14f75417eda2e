/**
 * What is known of a segment without reading it: which functions are in it, from when to when, a filter of
 * its request ids (Bloom: it may name one too many, never one too few), and marks at which reading can begin.
 */
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import type { BlockHead } from './block.js';
import { type RecordFilter, visitBlock } from './block-reader.js';

/** A place where a block begins. */
export interface Mark {
  readonly offset: number;
  readonly firstMs: number;
  readonly firstSequence: number;
}

/** At least so far apart, and at most by a block more: what stands between two is read in one window. */
export const markBytes = 128 * 1024;
const filterProbes = 3;
/** A segment of `n` bytes has a filter of `n / 256` bytes: 8 bits for each of its smallest records. */
const filterShare = 256;
const filterBytesMin = 1024;

const headShape = z.object({
  /** Of the segment's file, as far as it is indexed. */
  bytes: z.number(),
  records: z.number(),
  firstMs: z.number(),
  lastMs: z.number(),
  firstSequence: z.number(),
  nextSequence: z.number(),
  functions: z.array(z.string()),
  marks: z.array(z.tuple([z.number(), z.number(), z.number()])),
  crc: z.number(),
});

export class SegmentIndex {
  bytes = 0;
  records = 0;
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  nextSequence: number;
  readonly marks: Mark[] = [];
  readonly #functions = new Set<string>();
  #filter: Uint8Array;

  constructor(
    readonly firstSequence: number,
    segmentBytes: number,
  ) {
    this.nextSequence = firstSequence;
    this.#filter = new Uint8Array(Math.max(filterBytesMin, Math.ceil(segmentBytes / filterShare)));
  }

  /** A checked block that stands at the end of what is indexed so far. */
  add(block: Buffer, head: BlockHead): void {
    const last = this.marks.at(-1);
    if (last === undefined || this.bytes - last.offset >= markBytes) {
      const { firstMs, firstSequence } = head;
      this.marks.push({ offset: this.bytes, firstMs, firstSequence });
    }
    visitBlock(block, head, {
      stream: ({ functionName }) => this.#functions.add(functionName),
      record: (from, to) => {
        if (to > from) this.#addRequest(block, from, to);
      },
    });
    this.bytes += head.bytes;
    this.records += head.records;
    this.firstMs = Math.min(this.firstMs, head.firstMs);
    this.lastMs = Math.max(this.lastMs, head.lastMs);
    this.nextSequence = head.firstSequence + head.records;
  }

  /** False where nothing that matches can be in it. */
  mayHave({ functionName, requestId, sinceMs, untilMs }: RecordFilter): boolean {
    if (this.records === 0 || this.lastMs < sinceMs || this.firstMs > untilMs) return false;
    if (functionName !== null && !this.#functions.has(functionName)) return false;
    return requestId === null || this.#mayHaveRequest(Buffer.from(requestId));
  }

  encode(): Buffer {
    const { bytes, records, firstMs, lastMs, firstSequence, nextSequence } = this;
    const marks = this.marks.map((mark) => [mark.offset, mark.firstMs, mark.firstSequence]);
    const functions = [...this.#functions];
    const numbers = { bytes, records, firstMs, lastMs, firstSequence, nextSequence };
    const head = JSON.stringify({ ...numbers, functions, marks, crc: crc32(this.#filter) });
    return Buffer.concat([Buffer.from(`${head}\n`), this.#filter]);
  }

  /** null where it is damaged, or of another segment. */
  static decode(data: Buffer, firstSequence: number): SegmentIndex | null {
    const newline = data.indexOf(0x0a);
    const parsed = headShape.safeParse(parseJson(data.toString('utf8', 0, Math.max(0, newline))));
    const filter = data.subarray(newline + 1);
    if (!parsed.success || crc32(filter) !== parsed.data.crc) return null;
    const { functions, marks, crc: _, ...numbers } = parsed.data;
    if (numbers.firstSequence !== firstSequence) return null;
    const index = new SegmentIndex(firstSequence, 0);
    const { bytes, records, firstMs, lastMs, nextSequence } = numbers;
    Object.assign(index, { bytes, records, firstMs, lastMs, nextSequence });
    for (const [offset, markMs, sequence] of marks) {
      index.marks.push({ offset, firstMs: markMs, firstSequence: sequence });
    }
    for (const name of functions) index.#functions.add(name);
    index.#filter = filter;
    return index;
  }

  #addRequest(bytes: Buffer, from: number, to: number): void {
    const bits = this.#filter.length * 8;
    const hash = hashOf(bytes, from, to);
    const step = stepOf(hash);
    for (let probe = 0; probe < filterProbes; probe++) {
      const bit = (hash + Math.imul(probe, step)) >>> 0;
      const at = bit % bits;
      this.#filter[at >>> 3] = (this.#filter[at >>> 3] ?? 0) | (1 << (at & 7));
    }
  }

  #mayHaveRequest(requestId: Buffer): boolean {
    const bits = this.#filter.length * 8;
    const hash = hashOf(requestId, 0, requestId.length);
    const step = stepOf(hash);
    for (let probe = 0; probe < filterProbes; probe++) {
      const at = ((hash + Math.imul(probe, step)) >>> 0) % bits;
      if (((this.#filter[at >>> 3] ?? 0) & (1 << (at & 7))) === 0) return false;
    }
    return true;
  }
}

/** FNV-1a, 32 bits. */
function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash >>> 0;
}

/** A second, odd hash from the first: the bits of MurmurHash3's end. */
function stepOf(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
