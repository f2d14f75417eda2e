/**
 * Records of histories as bytes: one line of JSON each. A record that is too long for one entry of the log is written as
 * several lines, which are told by what they begin with; those without an end, of a node that died meanwhile, mean nothing.
 */
import type { HistoryRecord } from '../history.js';
import type { HistoryChunk, StoredExecution } from './stored.js';

/** What a line of JSON never begins with: the first part of a record, one in the middle, and the last. */
const marks = { first: '>', middle: '+', last: '<' } as const;

export function encodeRecords(records: readonly HistoryRecord[]): Buffer {
  return Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

/** In chunks of at most so many bytes, at least one, be it empty; a chunk may end within a record, which is not its own then. */
export function encodeInChunks(
  records: readonly HistoryRecord[],
  bytesMax: number,
): readonly HistoryChunk[] {
  const together = encodeRecords(records);
  if (together.length <= bytesMax) return [{ records: records.length, bytes: together }];
  const chunks: HistoryChunk[] = [];
  let lines: Buffer[] = [];
  let bytes = 0;
  let ended = 0;
  const cutHere = (): void => {
    chunks.push({ records: ended, bytes: Buffer.concat(lines) });
    lines = [];
    bytes = 0;
    ended = 0;
  };
  for (const record of records) {
    const parts = inParts(record, bytesMax);
    for (const [at, part] of parts.entries()) {
      if (lines.length > 0 && bytes + part.length > bytesMax) cutHere();
      lines.push(part);
      bytes += part.length;
      if (at === parts.length - 1) ended++;
    }
  }
  cutHere();
  return chunks;
}

export function decodeRecords(bytes: Uint8Array): HistoryRecord[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const records: HistoryRecord[] = [];
  let begun = '';
  for (const line of text.split('\n').slice(0, -1)) {
    const mark = line.charAt(0);
    if (mark === marks.first) begun = line.slice(1);
    else if (mark === marks.middle) begun += line.slice(1);
    else if (mark === marks.last) records.push(JSON.parse(begun + line.slice(1)) as HistoryRecord);
    else records.push(JSON.parse(line) as HistoryRecord);
  }
  return records;
}

/** The records from the one at `from` (the first is 0) on, before the one at `until`: only what they stand in is read. */
export function recordsBetween(
  { history, chunks }: Pick<StoredExecution, 'history' | 'chunks'>,
  from: number,
  until: number,
): HistoryRecord[] {
  const found: HistoryRecord[] = [];
  let first = 0;
  let begun: Uint8Array[] = [];
  for (const { records, bytes } of history.slice(0, chunks)) {
    if (first >= until) break;
    const next = first + records;
    // a record may have begun in the chunks before the one that it ends in
    begun.push(bytes);
    if (next > from && records > 0) {
      const read = decodeRecords(begun.length === 1 ? bytes : Buffer.concat(begun));
      found.push(...read.slice(Math.max(0, from - first), until - first));
    }
    if (records > 0) begun = endsWithin(bytes) ? [tailOf(bytes)] : [];
    first = next;
  }
  return found;
}

/** Whether the last line of a chunk is part of a record that has not ended. */
function endsWithin(bytes: Uint8Array): boolean {
  const at = lastLineAt(bytes);
  const mark = String.fromCharCode(bytes[at] ?? 0);
  return mark === marks.first || mark === marks.middle;
}

/** From the first part on of the record that has not ended. */
function tailOf(bytes: Uint8Array): Uint8Array {
  let at = lastLineAt(bytes);
  while (at > 0 && bytes[at] !== marks.first.charCodeAt(0)) {
    at = bytes.lastIndexOf(newline, at - 2) + 1;
  }
  return bytes.subarray(at);
}

function lastLineAt(bytes: Uint8Array): number {
  return bytes.length < 2 ? 0 : bytes.lastIndexOf(newline, bytes.length - 2) + 1;
}

const newline = '\n'.charCodeAt(0);

function inParts(record: HistoryRecord, bytesMax: number): readonly Buffer[] {
  const text = JSON.stringify(record);
  const whole = Buffer.from(`${text}\n`);
  if (whole.length <= bytesMax) return [whole];
  const parts: Buffer[] = [];
  // a UTF-16 unit is three bytes at most
  const unitsMax = Math.floor((bytesMax - 2) / 3);
  for (let from = 0; from < text.length; ) {
    const until = Math.min(text.length, from + unitsMax);
    // surrogates stay together
    const to = until < text.length && isLowSurrogate(text.charCodeAt(until)) ? until - 1 : until;
    const mark = from === 0 ? marks.first : to === text.length ? marks.last : marks.middle;
    parts.push(Buffer.from(`${mark}${text.slice(from, to)}\n`));
    from = to;
  }
  return parts;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
