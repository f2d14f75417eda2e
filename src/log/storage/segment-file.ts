/** One segment: a head line, then records. It is moved to its place only with its first record on disk. */
import { join } from 'node:path';
import { damaged } from './damage.js';
import type { Disk, DiskFile } from './disk.js';
import {
  encodeHeadLine,
  type HeadLine,
  readHeadLine,
  type SegmentFacts,
  seedOf,
  segmentFacts,
} from './head-line.js';
import { fillFile, placeFile } from './new-file.js';
import {
  type DecodedRecord,
  encodeRecord,
  readRecord,
  recordBytes,
  recordBytesMax,
} from './record.js';
import type { LogWrite } from './types.js';

/** A segment that is open for more records. */
export interface OpenSegment {
  /** What is written is on disk. */
  readonly file: DiskFile;
  readonly seed: number;
  /** Where the next record goes. */
  readonly bytes: number;
}

const what = 'hearth-segment';
const counterDigits = 12;
const namePattern = /^segment-(\d{12})$/;

export function segmentPath(directory: string, counter: number): string {
  return join(directory, `segment-${String(counter).padStart(counterDigits, '0')}`);
}

/** The counter in a name; null where it is not a segment's. */
export function segmentCounter(name: string): number | null {
  const digits = namePattern.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

export async function createSegment(
  disk: Disk,
  path: string,
  facts: SegmentFacts,
  write: LogWrite,
): Promise<OpenSegment> {
  const line = encodeHeadLine(what, facts);
  const seed = seedOf(line);
  const record = Buffer.allocUnsafe(recordBytes(write));
  encodeRecord(record, write, line.length, seed);
  const bytes = line.length + record.length;
  const partial = `${path}.partial`;
  const fill = (made: DiskFile) => made.write(Buffer.concat([line, record], bytes), 0);
  const file = await fillFile(disk, partial, fill, 'create-through');
  try {
    await placeFile(disk, partial, path);
  } catch (thrown) {
    await file.close().catch(() => undefined);
    await disk.unlink(partial).catch(() => undefined);
    throw thrown;
  }
  return { file, seed, bytes };
}

export async function readSegmentHead(
  disk: Disk,
  path: string,
  clusterId: string,
): Promise<HeadLine<SegmentFacts>> {
  const file = await disk.open(path, 'read');
  try {
    return await readHeadLine(file, path, { what, facts: segmentFacts, clusterId });
  } finally {
    await file.close();
  }
}

/**
 * Hands over every record in order, with where it begins; returns where the last whole one ends. What
 * follows was torn, and that is damage unless `mayBeTorn`; the first record never may.
 */
export async function readRecords(
  file: DiskFile,
  path: string,
  head: HeadLine<SegmentFacts>,
  mayBeTorn: boolean,
  take: (record: DecodedRecord, at: number, end: number) => void,
): Promise<{ readonly wholeBytes: number; readonly tornBytes: number }> {
  const bytes = await file.size();
  if (bytes > 2 * recordBytesMax) throw damaged(path, 0, `it has ${bytes} bytes`);
  const content = Buffer.allocUnsafeSlow(bytes);
  if ((await file.read(content, 0)) < bytes) throw damaged(path, 0, 'it became shorter');
  let at = head.lineBytes;
  do {
    const found = readRecord(content, at, head.seed);
    if (found.kind === 'record') {
      take(found.record, at, found.end);
      at = found.end;
    } else if (found.kind === 'torn' && mayBeTorn && at > head.lineBytes) {
      return { wholeBytes: at, tornBytes: bytes - at };
    } else {
      throw damaged(path, at, found.kind === 'torn' ? 'a record is incomplete' : found.what);
    }
  } while (at < bytes);
  return { wholeBytes: at, tornBytes: 0 };
}
