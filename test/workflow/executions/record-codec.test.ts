/** Records as bytes: whole, in several lines, and with what a dead node has left between them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeInChunks, recordsBetween } from '../../../src/workflow/executions/record-codec.js';
import type { HistoryChunk } from '../../../src/workflow/executions/stored.js';
import type { HistoryRecord } from '../../../src/workflow/history.js';

const bytesMax = 1000;

function record(id: number, input: string): HistoryRecord {
  const event = { id, previousEventId: id - 1, timestampMs: 0, type: 'PassStateEntered' as const };
  return { event: { ...event, details: { input } } };
}

function read(history: readonly HistoryChunk[], from: number, until: number): HistoryRecord[] {
  return recordsBetween({ history, chunks: history.length }, from, until);
}

describe('records in chunks', () => {
  const records = [10, 5000, 20, 990, 3000, 2, 7000].map((length, at) =>
    record(at + 1, 'ä"\\😀x'.repeat(length).slice(0, length)),
  );

  it('are no longer than an entry takes, however long a record is', () => {
    const chunks = encodeInChunks(records, bytesMax);
    for (const { bytes } of chunks) assert.ok(bytes.length <= bytesMax);
    assert.equal(
      chunks.reduce((sum, chunk) => sum + chunk.records, 0),
      records.length,
    );
  });

  it('are read from anywhere to anywhere', () => {
    const chunks = encodeInChunks(records, bytesMax);
    for (let from = 0; from <= records.length; from++) {
      for (let until = from; until <= records.length; until++) {
        assert.deepEqual(read(chunks, from, until), records.slice(from, until));
      }
    }
  });

  it('are one empty chunk where there are none', () => {
    assert.deepEqual(encodeInChunks([], bytesMax), [{ records: 0, bytes: Buffer.alloc(0) }]);
  });

  it('mean nothing where they have begun and not ended', () => {
    const left = encodeInChunks([record(1, 'left'.repeat(2000))], bytesMax).slice(0, -1);
    const chunks = [...left, ...encodeInChunks(records, bytesMax)];
    for (let from = 0; from < records.length; from++) {
      assert.deepEqual(read(chunks, from, from + 1), [records[from]]);
    }
  });
});
