/**
 * A block: what the store gathers in memory and writes at once. Records in the order in which they came,
 * with a table of the streams that they belong to, so that each block can be read without any other.
 *
 *     header   magic u32, body bytes u32, CRC-32 of all after it u32, records u32,
 *              first sequence f64, first and last time f64 (milliseconds since 1970)
 *     stream   1, then function, version, stream: three texts; numbered from 0 in the order of the block
 *     output   2, stream u16, time f64, flags u8, request id, u32 bytes
 *     report   3, stream u16, time f64, flags u8, request id, started f64, duration f64, billed u32,
 *              memory u32, init f64, peak f64, cpu f64 (NaN: null), error type
 *
 * A text is one byte of length and that many bytes of UTF-8. Numbers are little-endian.
 */
import { crc32 } from 'node:zlib';
import type { InvocationReport, LogSource } from './types.js';

export const blockMagic = 0x31_42_4c_48;
export const headerBytes = 40;
/** A whole block at most: what is read, checked and searched in one turn, in less than a millisecond. */
export const blockBytesMax = 128 * 1024;
/** A longer piece of output becomes several records. */
export const outputBytesMax = 32 * 1024;

export const entryKind = { stream: 1, output: 2, report: 3 } as const;
/** Output: the first of its request. Report: there was output of the request before. */
export const joinedFlag = 1;
export const startKinds = ['warm', 'cold', 'stolen'] as const;
export const startShift = 1;
export const recordHeadBytes = 12;

const textBytesMax = 255;
/** Whatever the texts are: a stream with its three, and a record's head with two more. */
const entryBytesMax = 1 + 3 * (1 + textBytesMax) + recordHeadBytes + 2 * (1 + textBytesMax) + 64;

export interface BlockHead {
  /** With the header. */
  readonly bytes: number;
  readonly records: number;
  readonly firstSequence: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface SealedBlock {
  readonly head: BlockHead;
  /** With the header. */
  readonly data: Buffer;
}

export class LogBlock {
  readonly #buffer = Buffer.allocUnsafeSlow(blockBytesMax);
  /** By log stream. */
  readonly #streams = new Map<string, { readonly source: LogSource; readonly number: number }>();
  #streamCount = 0;
  #used = headerBytes;
  #records = 0;
  #firstMs = 0;
  #lastMs = 0;

  get records(): number {
    return this.#records;
  }

  /** With its header. */
  get bytes(): number {
    return this.#used;
  }

  /** Adds the names of the functions that have records in it. */
  addFunctions(names: Set<string>): void {
    for (const { source } of this.#streams.values()) names.add(source.functionName);
  }

  /** Whether a record of so many bytes of output goes in. */
  hasRoomFor(outputBytes: number): boolean {
    return this.#used + entryBytesMax + outputBytes <= blockBytesMax;
  }

  /** There must be room. */
  output(
    source: LogSource,
    requestId: string,
    timeMs: number,
    isFirst: boolean,
    chunk: Uint8Array,
  ): void {
    let at = this.#head(entryKind.output, source, timeMs, isFirst ? joinedFlag : 0);
    at = this.#text(requestId, at);
    at = this.#buffer.writeUInt32LE(chunk.length, at);
    this.#buffer.set(chunk, at);
    this.#used = at + chunk.length;
  }

  /** There must be room. */
  report(source: LogSource, timeMs: number, hadOutput: boolean, report: InvocationReport): void {
    const flags = (hadOutput ? joinedFlag : 0) | (startKinds.indexOf(report.start) << startShift);
    let at = this.#head(entryKind.report, source, timeMs, flags);
    const buffer = this.#buffer;
    at = this.#text(report.requestId, at);
    at = buffer.writeDoubleLE(report.startedWallMs, at);
    at = buffer.writeDoubleLE(report.durationMs, at);
    at = buffer.writeUInt32LE(report.billedMs >>> 0, at);
    at = buffer.writeUInt32LE(report.memoryMb >>> 0, at);
    at = buffer.writeDoubleLE(report.initMs ?? Number.NaN, at);
    at = buffer.writeDoubleLE(report.memoryPeakBytes ?? Number.NaN, at);
    at = buffer.writeDoubleLE(report.cpuMs ?? Number.NaN, at);
    this.#used = this.#text(report.errorType ?? '', at);
  }

  /** The block as it is written; its records are numbered from `firstSequence`. It takes no more. */
  seal(firstSequence: number): SealedBlock {
    const block = this.#buffer.subarray(0, this.#used);
    block.writeUInt32LE(blockMagic, 0);
    block.writeUInt32LE(this.#used - headerBytes, 4);
    block.writeUInt32LE(this.#records, 12);
    block.writeDoubleLE(firstSequence, 16);
    block.writeDoubleLE(this.#firstMs, 24);
    block.writeDoubleLE(this.#lastMs, 32);
    block.writeUInt32LE(crc32(block.subarray(12)), 8);
    const { records } = this;
    const times = { firstMs: this.#firstMs, lastMs: this.#lastMs };
    return { data: block, head: { bytes: block.length, records, firstSequence, ...times } };
  }

  /** For another use. Nobody may still look at what `seal` gave. */
  clear(): void {
    this.#streams.clear();
    this.#streamCount = 0;
    this.#used = headerBytes;
    this.#records = 0;
  }

  #head(kind: number, source: LogSource, timeMs: number, flags: number): number {
    const stream = this.#streamNumber(source);
    if (this.#records++ === 0) this.#firstMs = timeMs;
    this.#lastMs = timeMs;
    const buffer = this.#buffer;
    const at = this.#used;
    buffer[at] = kind;
    buffer.writeUInt16LE(stream, at + 1);
    buffer.writeDoubleLE(timeMs, at + 3);
    buffer[at + 11] = flags;
    return at + recordHeadBytes;
  }

  #streamNumber(source: LogSource): number {
    const known = this.#streams.get(source.logStream);
    if (known !== undefined && isSame(known.source, source)) return known.number;
    const number = this.#streamCount++;
    this.#streams.set(source.logStream, { source, number });
    this.#buffer[this.#used] = entryKind.stream;
    let at = this.#text(source.functionName, this.#used + 1);
    at = this.#text(source.functionVersion, at);
    this.#used = this.#text(source.logStream, at);
    return number;
  }

  /** Returns where it ends. What is longer than a text may be is cut. */
  #text(text: string, at: number): number {
    const written = this.#buffer.write(text, at + 1, textBytesMax);
    this.#buffer[at] = written;
    return at + 1 + written;
  }
}

function isSame(one: LogSource, other: LogSource): boolean {
  if (one === other) return true;
  return one.functionName === other.functionName && one.functionVersion === other.functionVersion;
}
