import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hearth } from '#proto/cluster';
import { fromEnvelope, toEnvelope } from '../../src/cluster/log-envelope.js';
import type { LogMessage } from '../../src/log/index.js';
import { nodeId } from '../../src/types/index.js';

const [from, to, third] = ['1', '2', '3'].map((digit) => nodeId(digit.repeat(32))) as [
  LogMessage['from'],
  LogMessage['to'],
  LogMessage['to'],
];
const head = { from, to, term: 2 ** 40 };
const { RaftEnvelope } = hearth.cluster;

function travelled(message: LogMessage): LogMessage | null {
  const bytes = RaftEnvelope.encode(toEnvelope('cluster', message)).finish();
  return fromEnvelope(RaftEnvelope.decode(bytes));
}

const entry = { index: 7, term: 3, kind: 'member', data: new Uint8Array([1, 2]) } as const;
const config = { voters: [from, to], outgoing: [third] };
const meta = { index: 9, term: 3, config };
const append = { previousIndex: 6, previousTerm: 2, commitIndex: 5, round: 8 };

const messages: readonly LogMessage[] = [
  { ...head, kind: 'vote-request', lastIndex: 5, lastTerm: 2, preVote: true, handedOver: true },
  { ...head, kind: 'vote-reply', granted: true, preVote: true },
  { ...head, kind: 'append-request', leader: from, heardAgoMs: 0, ...append, entries: [entry] },
  { ...head, kind: 'append-request', leader: null, heardAgoMs: 12, ...append, entries: [] },
  { ...head, kind: 'append-reply', accepted: true, matchIndex: 7, round: 8, mute: true },
  { ...head, kind: 'append-reply', accepted: false, matchIndex: 0, round: 0, mute: false },
  {
    ...head,
    kind: 'snapshot-request',
    leader: third,
    heardAgoMs: 70,
    meta,
    part: 4,
    data: new Uint8Array([9]),
    last: true,
  },
  { ...head, kind: 'snapshot-reply', index: 9, parts: 5 },
  { ...head, kind: 'follow-request', lastIndex: 11 },
  { ...head, kind: 'lead-now' },
];

for (const message of messages) {
  test(`a message of the log arrives as it was sent: ${message.kind}`, () => {
    const arrived = travelled(message);
    assert.deepEqual(plain(arrived), plain(message));
  });
}

test('one who has never heard a leader says that it was long ago', () => {
  const never = { ...head, kind: 'append-request', leader: third, ...append, entries: [] } as const;
  const arrived = travelled({ ...never, heardAgoMs: Number.POSITIVE_INFINITY });
  assert.ok(arrived?.kind === 'append-request' && arrived.heardAgoMs > 1e9);
});

test('a message of a kind that this release does not know is none', () => {
  const envelope = RaftEnvelope.decode(
    RaftEnvelope.encode({ clusterId: 'c', from, to, term: 1 }).finish(),
  );
  assert.equal(fromEnvelope(envelope), null);
});

function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, field) => (ArrayBuffer.isView(field) ? bytesOf(field) : field)),
  );
}

function bytesOf(view: ArrayBufferView): number[] {
  return [...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)];
}
