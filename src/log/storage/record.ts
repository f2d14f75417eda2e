/**
 * One write as it lies in a segment, all or nothing. What was torn by a power cut may be forgotten, since
 * nobody was told of it, and what was damaged later may not: so a record says enough to tell the two apart.
 *
 *     u8 mark | u32 payload length | u32 zero parts | u32 crc32 of the payload | u32 crc32 of the head
 *     payload: u8 flags | u48 term | u48 commit index | u8 length, voted for
 *              | u48 index of the first entry | u32 count | entries
 *     entry:   u48 term | u8 kind | u32 length, data                                   (big endian)
 *     u8 mark
 *
 * Disks write whole sectors, and one that was never written reads as zeros. A record in which more
 * sectors (or parts of one) are zero than the writer saw was torn. The marks keep the first and the last
 * part from being zero. The head's checksum covers its place too, so that old or copied bytes never pass
 * as a record.
 */
import { strict as assert } from 'node:assert';
import { crc32 } from 'node:zlib';
import { nodeId } from '../../types/index.js';
import type { EntryKind, HardState, LogEntry, LogWrite } from './types.js';

export interface DecodedRecord {
  readonly hardState: HardState;
  readonly entries: readonly LogEntry[];
}

/** What stands at a place of a segment. */
export type RecordFound =
  | { readonly kind: 'record'; readonly record: DecodedRecord; readonly end: number }
  | { readonly kind: 'torn' }
  | { readonly kind: 'damaged'; readonly what: string };

export const recordBytesMax = 2 ** 30;

const headBytes = 17;
const fixedBytes = 24;
const entryHeadBytes = 11;
const mark = 0xa5;
const sectorBytes = 512;
const muteFlag = 1;
/** The number of each kind in the file: a new one gets the next. */
const kindNumbers: { readonly [Kind in EntryKind]: number } = {
  noop: 0,
  voters: 1,
  member: 2,
  command: 3,
};
const kinds = new Map<number, EntryKind>(
  Object.entries(kindNumbers).map(([kind, number]) => [number, kind as EntryKind]),
);

export function recordBytes({ hardState, entries }: LogWrite): number {
  let bytes = headBytes + fixedBytes + (hardState.votedFor?.length ?? 0) + 1;
  for (const entry of entries) bytes += entryHeadBytes + entry.data.length;
  assert(bytes <= recordBytesMax, 'a write has a maximum');
  return bytes;
}

/** Encodes to the start of `into`, for `position` in the segment of `seed`. */
export function encodeRecord(
  into: Buffer,
  write: LogWrite,
  position: number,
  seed: number,
): Buffer {
  const { hardState, entries } = write;
  const record = into.subarray(0, recordBytes(write));
  let at = headBytes;
  at = record.writeUInt8(hardState.mute ? muteFlag : 0, at);
  at = record.writeUIntBE(hardState.term, at, 6);
  at = record.writeUIntBE(hardState.commitIndex, at, 6);
  const votedFor = hardState.votedFor ?? '';
  at = record.writeUInt8(votedFor.length, at);
  at += record.write(votedFor, at, 'latin1');
  at = record.writeUIntBE(entries[0]?.index ?? 0, at, 6);
  at = record.writeUInt32BE(entries.length, at);
  for (const entry of entries) {
    at = record.writeUIntBE(entry.term, at, 6);
    at = record.writeUInt8(kindNumbers[entry.kind], at);
    at = record.writeUInt32BE(entry.data.length, at);
    record.set(entry.data, at);
    at += entry.data.length;
  }
  const payload = record.subarray(headBytes, at);
  record.writeUInt8(mark, at);
  record.writeUInt8(mark, 0);
  record.writeUInt32BE(payload.length, 1);
  record.writeUInt32BE(zeroParts(record, headBytes, record.length, position), 5);
  record.writeUInt32BE(crc32(payload), 9);
  record.writeUInt32BE(crc32(record.subarray(0, 13), headSeed(position, seed)), 13);
  return record;
}

/** What is at `at` of a whole segment, `at` being before its end. */
export function readRecord(file: Buffer, at: number, seed: number): RecordFound {
  if (file.length - at <= headBytes) return { kind: 'torn' };
  if (!isHead(file, at, seed)) return withoutHead(file, at, seed);
  const payloadAt = at + headBytes;
  const payloadEnd = payloadAt + file.readUInt32BE(at + 1);
  const end = payloadEnd + 1;
  if (end > file.length) return { kind: 'torn' };
  const payload = file.subarray(payloadAt, payloadEnd);
  if (crc32(payload) === file.readUInt32BE(at + 9)) {
    const record = decodePayload(payload);
    return record === null
      ? { kind: 'damaged', what: 'a record that makes no sense' }
      : { kind: 'record', record, end };
  }
  const isEndMissing = file[end - 1] === 0;
  const isTorn = isEndMissing || zeroParts(file, payloadAt, end, 0) > file.readUInt32BE(at + 5);
  if (isTorn && end === file.length) return { kind: 'torn' };
  return { kind: 'damaged', what: 'a record does not match its checksum' };
}

/** No head is at `at`: it was never written if a sector of it is zero and no other record follows. */
function withoutHead(file: Buffer, at: number, seed: number): RecordFound {
  const damage = { kind: 'damaged', what: 'the head of a record' } as const;
  // a whole record ends with a mark
  if (isZero(file, at + headBytes, file.length)) return { kind: 'torn' };
  const secondSector = nextSector(at);
  const firstIsZero = isZero(file, at, Math.min(secondSector, file.length));
  const secondIsZero =
    at + headBytes > secondSector &&
    isZero(file, secondSector, Math.min(nextSector(secondSector), file.length));
  if (!firstIsZero && !secondIsZero) return damage;
  for (let other = at + 1; other + headBytes <= file.length; other++) {
    if (file[other] === mark && isHead(file, other, seed)) return damage;
  }
  return { kind: 'torn' };
}

function isHead(file: Buffer, at: number, seed: number): boolean {
  if (file[at] !== mark) return false;
  return crc32(file.subarray(at, at + 13), headSeed(at, seed)) === file.readUInt32BE(at + 13);
}

function headSeed(position: number, seed: number): number {
  return (position ^ seed) >>> 0;
}

/** Null where it makes no sense. The data are views into the payload. */
function decodePayload(payload: Buffer): DecodedRecord | null {
  if (payload.length < fixedBytes) return null;
  const votedForEnd = 14 + payload.readUInt8(13);
  let at = votedForEnd + 10;
  if (at > payload.length) return null;
  const votedFor = payload.toString('latin1', 14, votedForEnd);
  const firstIndex = payload.readUIntBE(votedForEnd, 6);
  const count = payload.readUInt32BE(votedForEnd + 6);
  const entries: LogEntry[] = [];
  while (at < payload.length) {
    const dataAt = at + entryHeadBytes;
    if (dataAt > payload.length) return null;
    const dataEnd = dataAt + payload.readUInt32BE(at + 7);
    const kind = kinds.get(payload.readUInt8(at + 6));
    if (kind === undefined || dataEnd > payload.length) return null;
    const term = payload.readUIntBE(at, 6);
    const data = payload.subarray(dataAt, dataEnd);
    entries.push({ index: firstIndex + entries.length, term, kind, data });
    at = dataEnd;
  }
  if (entries.length !== count || (count > 0 && firstIndex < 1)) return null;
  const hardState = {
    term: payload.readUIntBE(1, 6),
    commitIndex: payload.readUIntBE(7, 6),
    votedFor: votedFor === '' ? null : nodeId(votedFor),
    mute: (payload.readUInt8(0) & muteFlag) !== 0,
  };
  return { hardState, entries };
}

/** How many sectors, or parts of one, are zero in `bytes`, whose start stands at `position` of the file. */
function zeroParts(bytes: Buffer, from: number, end: number, position: number): number {
  let count = 0;
  for (let at = from; at < end; ) {
    const partEnd = Math.min(end, nextSector(position + at) - position);
    if (isZero(bytes, at, partEnd)) count++;
    at = partEnd;
  }
  return count;
}

function nextSector(position: number): number {
  return position - (position % sectorBytes) + sectorBytes;
}

function isZero(bytes: Buffer, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}
