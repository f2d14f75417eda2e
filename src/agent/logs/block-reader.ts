/** The inverse of a block: checks it, and gives the records that somebody looks for. */
import { crc32 } from 'node:zlib';
import {
  type BlockHead,
  blockBytesMax,
  blockMagic,
  entryKind,
  headerBytes,
  joinedFlag,
  recordHeadBytes,
  startKinds,
  startShift,
} from './block.js';
import type { InvocationReport, LogSource } from './types.js';

interface RecordPlace {
  /** Numbers all records of a node, in the order in which they came. */
  readonly sequence: number;
  readonly timeMs: number;
  readonly source: LogSource;
  readonly requestId: string;
}

export interface OutputRecord extends RecordPlace {
  readonly kind: 'output';
  /** Nothing of the request came before. */
  readonly isFirst: boolean;
  /** A copy of its own. */
  readonly chunk: Buffer;
}

export interface ReportRecord extends RecordPlace {
  readonly kind: 'report';
  readonly hadOutput: boolean;
  readonly report: InvocationReport;
}

export type LogRecord = OutputRecord | ReportRecord;

/** What is looked for. */
export interface RecordFilter {
  /** null: of every function. */
  readonly functionName: string | null;
  /** null: every version. */
  readonly versions: readonly string[] | null;
  readonly requestId: string | null;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** What an index wants to know of each record: where its request id stands in the block. */
export interface BlockVisitor {
  stream(source: LogSource): void;
  record(idFrom: number, idTo: number): void;
}

/** The head of the block that begins at `at`; null where there is none, or it is not whole or damaged. */
export function blockHead(bytes: Buffer, at: number): BlockHead | null {
  if (at + headerBytes > bytes.length || bytes.readUInt32LE(at) !== blockMagic) return null;
  const length = headerBytes + bytes.readUInt32LE(at + 4);
  if (length > blockBytesMax || at + length > bytes.length) return null;
  if (crc32(bytes.subarray(at + 12, at + length)) !== bytes.readUInt32LE(at + 8)) return null;
  return {
    bytes: length,
    records: bytes.readUInt32LE(at + 12),
    firstSequence: bytes.readDoubleLE(at + 16),
    firstMs: bytes.readDoubleLE(at + 24),
    lastMs: bytes.readDoubleLE(at + 32),
  };
}

/** Adds the records of a checked block that match, from `fromSequence` on, to `found`. */
export function findRecords(
  block: Buffer,
  head: BlockHead,
  filter: RecordFilter,
  fromSequence: number,
  found: LogRecord[],
): void {
  const wanted = filter.requestId === null ? null : Buffer.from(filter.requestId);
  const walk = new Walk(block, head.bytes);
  let sequence = head.firstSequence - 1;
  while (walk.next()) {
    sequence += 1;
    const { source, timeMs } = walk;
    if (sequence < fromSequence || timeMs < filter.sinceMs || timeMs > filter.untilMs) continue;
    if (!ofFunction(source, filter)) continue;
    const { idFrom, idTo } = walk;
    if (wanted !== null && wanted.compare(block, idFrom, idTo) !== 0) continue;
    const requestId = block.toString('latin1', idFrom, idTo);
    found.push(walk.decode({ sequence, timeMs, source, requestId }));
  }
}

/** Tells every stream and record of a checked block. */
export function visitBlock(block: Buffer, head: BlockHead, visitor: BlockVisitor): void {
  const walk = new Walk(block, head.bytes, visitor);
  while (walk.next()) visitor.record(walk.idFrom, walk.idTo);
}

const nowhere: LogSource = { functionName: '', functionVersion: '', logStream: '' };

/** Goes through a block record by record, decoding only what finding needs. */
class Walk {
  source = nowhere;
  timeMs = 0;
  idFrom = 0;
  idTo = 0;
  readonly #sources: LogSource[] = [];
  #kind = 0;
  #flags = 0;
  #at = headerBytes;
  #textTo = 0;

  constructor(
    private readonly block: Buffer,
    private readonly end: number,
    private readonly visitor: BlockVisitor | null = null,
  ) {}

  next(): boolean {
    const { block } = this;
    while (this.#at < this.end && block[this.#at] === entryKind.stream) this.#stream();
    if (this.#at >= this.end) return false;
    const at = this.#at;
    this.#kind = block[at] ?? 0;
    this.source = this.#sources[block.readUInt16LE(at + 1)] ?? nowhere;
    this.timeMs = block.readDoubleLE(at + 3);
    this.#flags = block[at + 11] ?? 0;
    this.idFrom = at + recordHeadBytes + 1;
    this.idTo = this.idFrom + (block[this.idFrom - 1] ?? 0);
    if (this.#kind === entryKind.output) {
      this.#at = this.idTo + 4 + block.readUInt32LE(this.idTo);
    } else {
      this.#at = this.idTo + reportBytes + 1 + (block[this.idTo + reportBytes] ?? 0);
    }
    return true;
  }

  /** The record at which this stands. */
  decode(place: RecordPlace): LogRecord {
    const { block, idTo } = this;
    const joined = (this.#flags & joinedFlag) !== 0;
    if (this.#kind === entryKind.output) {
      const chunk = Buffer.from(block.subarray(idTo + 4, this.#at));
      return { kind: 'output', ...place, isFirst: joined, chunk };
    }
    const errorType = block.toString('utf8', idTo + reportBytes + 1, this.#at);
    const report: InvocationReport = {
      requestId: place.requestId,
      startedWallMs: block.readDoubleLE(idTo),
      durationMs: block.readDoubleLE(idTo + 8),
      billedMs: block.readUInt32LE(idTo + 16),
      memoryMb: block.readUInt32LE(idTo + 20),
      initMs: orNull(block.readDoubleLE(idTo + 24)),
      memoryPeakBytes: orNull(block.readDoubleLE(idTo + 32)),
      cpuMs: orNull(block.readDoubleLE(idTo + 40)),
      start: startKinds[this.#flags >> startShift] ?? 'warm',
      errorType: errorType === '' ? null : errorType,
    };
    return { kind: 'report', ...place, hadOutput: joined, report };
  }

  #stream(): void {
    this.#textTo = this.#at + 1;
    const source: LogSource = {
      functionName: this.#text(),
      functionVersion: this.#text(),
      logStream: this.#text(),
    };
    this.#at = this.#textTo;
    this.#sources.push(source);
    this.visitor?.stream(source);
  }

  #text(): string {
    const from = this.#textTo + 1;
    this.#textTo = from + (this.block[from - 1] ?? 0);
    return this.block.toString('utf8', from, this.#textTo);
  }
}

/** Of a report, between its request id and its error type. */
const reportBytes = 48;

function ofFunction(source: LogSource, { functionName, versions }: RecordFilter): boolean {
  if (functionName !== null && source.functionName !== functionName) return false;
  return versions === null || versions.includes(source.functionVersion);
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
