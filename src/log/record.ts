/**
 * How the log lies in its file: a magic line, then one record per write, each all or nothing.
 *
 *     u32 payload length | u32 crc32 of the payload | u32 crc32 of the eight bytes before | payload
 *     payload: u8 format | u48 term | u48 commit index | u8 length, voted for | entries
 *     entry:   u48 index | u48 term | u8 kind | u32 length, data                    (big endian)
 *
 * An entry whose index is already there replaces it and all that follow. The head has a checksum of its
 * own, for a damaged length must not pass as a record that was torn: what was torn may be forgotten,
 * since nobody was told of it, and what was damaged may not.
 */
import { crc32 } from 'node:zlib';
import { HearthError, nodeId } from '../types/index.js';
import type { HardState, LogContent, LogWrite } from './storage.js';
import { emptyHardState } from './storage.js';
import type { EntryKind, LogEntry } from './types.js';

export const logMagic = Buffer.from('hearth-log 1\n');

const headBytes = 12;
const format = 1;
/** Disks write whole sectors; one that was never written after a power cut reads as zeros. */
const sectorBytes = 512;
/** The number of each kind in the file: append only. */
const kinds: readonly EntryKind[] = ['noop', 'voters', 'member', 'command'];

export interface DecodedLog extends LogContent {
  /** Where the last whole record ends: what follows was torn. */
  readonly wholeBytes: number;
}

export function encodeRecord({ hardState, entries }: LogWrite): Buffer {
  const votedFor = Buffer.from(hardState.votedFor ?? '');
  let length = 14 + votedFor.length;
  for (const entry of entries) length += 17 + entry.data.length;
  const record = Buffer.allocUnsafe(headBytes + length);
  let at = headBytes;
  at = record.writeUInt8(format, at);
  at = record.writeUIntBE(hardState.term, at, 6);
  at = record.writeUIntBE(hardState.commitIndex, at, 6);
  at = record.writeUInt8(votedFor.length, at);
  at += votedFor.copy(record, at);
  for (const entry of entries) {
    at = record.writeUIntBE(entry.index, at, 6);
    at = record.writeUIntBE(entry.term, at, 6);
    at = record.writeUInt8(kinds.indexOf(entry.kind), at);
    at = record.writeUInt32BE(entry.data.length, at);
    record.set(entry.data, at);
    at += entry.data.length;
  }
  record.writeUInt32BE(length, 0);
  record.writeUInt32BE(crc32(record.subarray(headBytes)), 4);
  record.writeUInt32BE(crc32(record.subarray(0, 8)), 8);
  return record;
}

/**
 * Reads a whole file. `where` names it in the error. Throws `storage` where the file is damaged: a
 * record that was written only in part is damage unless it is the last.
 */
export function decodeLog(file: Buffer, where: string): DecodedLog {
  if (!file.subarray(0, logMagic.length).equals(logMagic)) throw damaged(where, 0);
  const entries: LogEntry[] = [];
  let hardState = emptyHardState;
  let at = logMagic.length;
  while (at < file.length) {
    const payload = readRecord(file, at, where);
    if (payload === null) break;
    hardState = readPayload(payload, entries);
    if (hardState.commitIndex > entries.length) throw damaged(where, at);
    at += headBytes + payload.length;
  }
  return { hardState, entries, wholeBytes: at };
}

/** The payload of the record at `at`; null where it was torn. */
function readRecord(file: Buffer, at: number, where: string): Buffer | null {
  const rest = file.subarray(at);
  if (rest.length < headBytes || isZero(rest)) return null;
  if (crc32(rest.subarray(0, 8)) !== rest.readUInt32BE(8)) throw damaged(where, at);
  const end = headBytes + rest.readUInt32BE(0);
  if (end > rest.length) return null;
  const payload = rest.subarray(headBytes, end);
  if (crc32(payload) === rest.readUInt32BE(4)) return payload;
  if (end === rest.length && hasZeroSector(file, at + headBytes)) return null;
  throw damaged(where, at);
}

function readPayload(payload: Buffer, entries: LogEntry[]): HardState {
  if (payload.readUInt8(0) !== format) {
    throw new HearthError('storage', 'The log was written by a newer release; start that one.');
  }
  const votedForEnd = 14 + payload.readUInt8(13);
  const votedFor = payload.toString('latin1', 14, votedForEnd);
  let at = votedForEnd;
  while (at < payload.length) {
    const dataAt = at + 17;
    const index = payload.readUIntBE(at, 6);
    const kind = kinds[payload.readUInt8(at + 12)];
    const dataEnd = dataAt + payload.readUInt32BE(at + 13);
    if (kind === undefined || index < 1 || index > entries.length + 1) {
      throw new HearthError('storage', `The log's entry ${index} makes no sense; report this.`);
    }
    entries.length = index - 1;
    const data = payload.subarray(dataAt, dataEnd);
    entries.push({ index, term: payload.readUIntBE(at + 6, 6), kind, data });
    at = dataEnd;
  }
  return {
    term: payload.readUIntBE(1, 6),
    commitIndex: payload.readUIntBE(7, 6),
    votedFor: votedFor === '' ? null : nodeId(votedFor),
  };
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/** True where a sector from `from` to the end of the file, or the part of one, was never written. */
function hasZeroSector(file: Buffer, from: number): boolean {
  let at = from;
  while (at < file.length) {
    const end = Math.min(file.length, (Math.floor(at / sectorBytes) + 1) * sectorBytes);
    if (isZero(file.subarray(at, end))) return true;
    at = end;
  }
  return false;
}

function damaged(where: string, at: number): HearthError {
  return new HearthError(
    'storage',
    `The log ${where} is damaged at byte ${at} and cannot be trusted; move the data directory away and ` +
      'start the node again, so that it joins as a new member.',
  );
}
