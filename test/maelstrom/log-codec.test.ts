/** Messages of the log come out of their JSON as they went in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogMessage } from '../../src/log/index.js';
import { nodeId } from '../../src/types/index.js';
import { decodeMessage, encodeMessage } from './log-codec.js';

const from = nodeId('1'.padStart(32, '0'));
const to = nodeId('2'.padStart(32, '0'));

const append: LogMessage = {
  kind: 'append-request',
  from,
  to,
  term: 3,
  leader: from,
  heardAgoMs: 0,
  previousIndex: 7,
  previousTerm: 2,
  commitIndex: 6,
  round: 4,
  entries: [
    { index: 8, term: 3, kind: 'command', data: Buffer.from('[["n1/1",["send","k","ü"]]]') },
    { index: 9, term: 3, kind: 'noop', data: new Uint8Array() },
    { index: 10, term: 3, kind: 'command', data: Uint8Array.of(0xff, 0x00, 0xfe) },
  ],
};

/** Buffers are arrays of bytes like any other. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}

test('entries keep every byte of their data, text or not', () => {
  const decoded = decodeMessage(JSON.parse(encodeMessage(append)), from, to);
  assert.deepEqual(plain(decoded), plain(append));
});

test('an entry that goes to several nodes is the same JSON for each', () => {
  const again = { ...append, to: from, round: 5 };
  assert.deepEqual(
    JSON.parse(encodeMessage(again)).entries,
    JSON.parse(encodeMessage(append)).entries,
  );
});

test('bytes anywhere in a message survive', () => {
  const message = { kind: 'part', from, to, part: { data: Buffer.from([1, 255]), last: true } };
  const decoded = decodeMessage(JSON.parse(encodeMessage(message)), from, to);
  assert.deepEqual(plain(decoded), plain(message));
});
