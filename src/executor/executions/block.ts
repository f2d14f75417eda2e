/**
 * A block: the executions that ended within a moment, as they lie in memory and on the disk. Its names stand at its
 * beginning, so that each block can be read without any other; its records all have one size.
 *
 *     header   magic u32, bytes of the block u32, CRC-32 of all after it u32, records u16, names u16,
 *              number f64, when the first and the last record ended f64 (milliseconds since 1970)
 *     names    each u8 bytes, UTF-8
 *     record   64 bytes, see `write`; names are told by their numbers
 *
 * Numbers are little-endian; NaN is null.
 */
import { crc32 } from 'node:zlib';
import { type Execution, endedMsOf, executionResults, startTypes } from './execution.js';
import { idBytes, readId, writeId } from './request-id.js';

const blockMagic = 0x31_42_45_48;
export const headerBytes = 40;
export const recordBytes = 64;
/** What is encoded, and later searched, in one turn: within a millisecond. */
export const blockRecordsMax = 1024;

/** Where the parts of a record stand. */
const at = {
  id: 0,
  arrived: idBytes,
  queue: 24,
  start: 28,
  init: 32,
  duration: 36,
  cpu: 40,
  peak: 44,
  memory: 48,
  functionName: 50,
  version: 52,
  stream: 54,
  caller: 56,
  error: 58,
  startType: 60,
  result: 61,
  hops: 62,
} as const;

const nameBytesMax = 255;
/** In the place of a peak that nobody has counted. */
const noPeak = 0xffff_ffff;

export interface BlockHead {
  readonly number: number;
  readonly bytes: number;
  readonly records: number;
  readonly names: number;
  readonly firstEndedMs: number;
  readonly lastEndedMs: number;
}

/** At most `blockRecordsMax` executions in the order in which they ended. */
export function encodeBlock(executions: readonly Execution[], number: number): Buffer {
  const names = new Names();
  const records = Buffer.allocUnsafe(executions.length * recordBytes);
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  let offset = 0;
  for (const execution of executions) {
    write(records, offset, execution, names);
    const endedMs = endedMsOf(execution);
    if (endedMs < firstMs) firstMs = endedMs;
    if (endedMs > lastMs) lastMs = endedMs;
    offset += recordBytes;
  }
  const named = names.encode();
  // memory of its own: blocks are kept, and a small one would keep all of the pool that it was cut from
  const block = Buffer.allocUnsafeSlow(headerBytes + named.length + records.length).fill(
    0,
    0,
    headerBytes,
  );
  named.copy(block, headerBytes);
  records.copy(block, headerBytes + named.length);
  block.writeUInt32LE(blockMagic, 0);
  block.writeUInt32LE(block.length, 4);
  block.writeUInt16LE(executions.length, 12);
  block.writeUInt16LE(names.count, 14);
  block.writeDoubleLE(number, 16);
  // what is rounded to fewer digits in the records must not fall out of their block's times
  block.writeDoubleLE(Math.floor(firstMs) - 1, 24);
  block.writeDoubleLE(Math.ceil(lastMs) + 1, 32);
  block.writeUInt32LE(crc32(block.subarray(12)), 8);
  return block;
}

/** The head of the block that begins at `offset`; null where none does that is whole. */
export function blockHead(buffer: Buffer, offset: number): BlockHead | null {
  const head = peekHead(buffer, offset);
  if (head === null || offset + head.bytes > buffer.length) return null;
  const sum = crc32(buffer.subarray(offset + 12, offset + head.bytes));
  return sum === buffer.readUInt32LE(offset + 8) ? head : null;
}

/** The same as far as it can be told from the header alone. */
export function peekHead(buffer: Buffer, offset: number): BlockHead | null {
  if (offset + headerBytes > buffer.length) return null;
  if (buffer.readUInt32LE(offset) !== blockMagic) return null;
  const bytes = buffer.readUInt32LE(offset + 4);
  if (bytes < headerBytes) return null;
  return {
    bytes,
    records: buffer.readUInt16LE(offset + 12),
    names: buffer.readUInt16LE(offset + 14),
    number: buffer.readDoubleLE(offset + 16),
    firstEndedMs: buffer.readDoubleLE(offset + 24),
    lastEndedMs: buffer.readDoubleLE(offset + 32),
  };
}

/** Reads a block whose head was found to be right. */
export class BlockReader {
  readonly #names: string[] = [];
  readonly #recordsAt: number;

  constructor(
    private readonly block: Buffer,
    readonly head: BlockHead,
  ) {
    let offset = headerBytes;
    for (let left = head.names; left > 0; left--) {
      const bytes = block.readUInt8(offset);
      this.#names.push(block.toString('utf8', offset + 1, offset + 1 + bytes));
      offset += 1 + bytes;
    }
    this.#recordsAt = offset;
  }

  /** The number that records call it by; -1 where none does. */
  nameNumber(name: string): number {
    return this.#names.indexOf(name);
  }

  functionNumber(record: number): number {
    return this.block.readUInt16LE(this.#at(record) + at.functionName);
  }

  versionNumber(record: number): number {
    return this.block.readUInt16LE(this.#at(record) + at.version);
  }

  startNumber(record: number): number {
    return this.block[this.#at(record) + at.startType] ?? 0;
  }

  resultNumber(record: number): number {
    return this.block[this.#at(record) + at.result] ?? 0;
  }

  hasId(record: number, id: Buffer): boolean {
    const from = this.#at(record) + at.id;
    return id.compare(this.block, from, from + idBytes) === 0;
  }

  totalMs(record: number): number {
    const from = this.#at(record);
    const { block } = this;
    return (
      block.readFloatLE(from + at.queue) +
      block.readFloatLE(from + at.start) +
      block.readFloatLE(from + at.init) +
      block.readFloatLE(from + at.duration)
    );
  }

  endedMs(record: number): number {
    return this.block.readDoubleLE(this.#at(record) + at.arrived) + this.totalMs(record);
  }

  execution(record: number): Execution {
    const { block } = this;
    const from = this.#at(record);
    const peakKib = block.readUInt32LE(from + at.peak);
    const cpuMs = block.readFloatLE(from + at.cpu);
    return {
      requestId: readId(block, from + at.id),
      functionName: this.#name(from + at.functionName),
      version: this.#name(from + at.version),
      start: startTypes[block[from + at.startType] ?? 0] ?? 'none',
      result: executionResults[block[from + at.result] ?? 0] ?? 'refused',
      errorType: this.#name(from + at.error),
      arrivedMs: block.readDoubleLE(from + at.arrived),
      queueMs: block.readFloatLE(from + at.queue),
      startMs: block.readFloatLE(from + at.start),
      initMs: block.readFloatLE(from + at.init),
      durationMs: block.readFloatLE(from + at.duration),
      memoryMb: block.readUInt16LE(from + at.memory),
      memoryPeakBytes: peakKib === noPeak ? null : peakKib * 1024,
      cpuMs: Number.isNaN(cpuMs) ? null : cpuMs,
      hops: block[from + at.hops] ?? 0,
      caller: this.#name(from + at.caller),
      logStream: this.#name(from + at.stream),
    };
  }

  #at(record: number): number {
    return this.#recordsAt + record * recordBytes;
  }

  #name(offset: number): string {
    return this.#names[this.block.readUInt16LE(offset)] ?? '';
  }
}

function write(buffer: Buffer, from: number, execution: Execution, names: Names): void {
  const { memoryPeakBytes } = execution;
  const peakKib = memoryPeakBytes === null ? noPeak : Math.ceil(memoryPeakBytes / 1024);
  if (!writeId(execution.requestId, buffer, from + at.id)) buffer.fill(0, from, from + idBytes);
  buffer.writeDoubleLE(execution.arrivedMs, from + at.arrived);
  buffer.writeFloatLE(execution.queueMs, from + at.queue);
  buffer.writeFloatLE(execution.startMs, from + at.start);
  buffer.writeFloatLE(execution.initMs, from + at.init);
  buffer.writeFloatLE(execution.durationMs, from + at.duration);
  buffer.writeFloatLE(execution.cpuMs ?? Number.NaN, from + at.cpu);
  buffer.writeUInt32LE(Math.min(peakKib, noPeak), from + at.peak);
  buffer.writeUInt16LE(execution.memoryMb, from + at.memory);
  buffer.writeUInt16LE(names.number(execution.functionName), from + at.functionName);
  buffer.writeUInt16LE(names.number(execution.version), from + at.version);
  buffer.writeUInt16LE(names.number(execution.logStream), from + at.stream);
  buffer.writeUInt16LE(names.number(execution.caller), from + at.caller);
  buffer.writeUInt16LE(names.number(execution.errorType), from + at.error);
  buffer[from + at.startType] = startTypes.indexOf(execution.start);
  buffer[from + at.result] = executionResults.indexOf(execution.result);
  buffer[from + at.hops] = execution.hops;
  buffer[from + at.hops + 1] = 0;
}

/** The texts of a block: five for a record at most, which `blockRecordsMax` keeps within two bytes. */
class Names {
  readonly #numbers = new Map<string, number>();

  get count(): number {
    return this.#numbers.size;
  }

  number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(name, number);
    return number;
  }

  encode(): Buffer {
    const parts: Buffer[] = [];
    for (const name of this.#numbers.keys()) {
      const text = Buffer.allocUnsafe(1 + nameBytesMax);
      const written = text.write(name, 1, nameBytesMax);
      text[0] = written;
      parts.push(text.subarray(0, 1 + written));
    }
    return Buffer.concat(parts);
  }
}
