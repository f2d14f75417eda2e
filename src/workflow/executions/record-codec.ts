/** Records of histories as bytes: one line of JSON each. */
import type { HistoryRecord } from '../history.js';
import type { HistoryChunk, StoredExecution } from './stored.js';

export function encodeRecords(records: readonly HistoryRecord[]): Buffer {
  return Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

export function decodeRecords(bytes: Uint8Array): HistoryRecord[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as HistoryRecord);
}

/** The records from the one at `from` (the first is 0) on, before the one at `until`: only what they stand in is read. */
export function recordsBetween(
  { history, chunks }: Pick<StoredExecution, 'history' | 'chunks'>,
  from: number,
  until: number,
): HistoryRecord[] {
  const found: HistoryRecord[] = [];
  let first = 0;
  for (const chunk of history.slice(0, chunks)) {
    const next = first + chunk.records;
    if (next > from && first < until) found.push(...cut(chunk, from - first, until - first));
    if (next >= until) break;
    first = next;
  }
  return found;
}

function cut({ bytes }: HistoryChunk, from: number, until: number): HistoryRecord[] {
  return decodeRecords(bytes).slice(Math.max(0, from), until);
}
