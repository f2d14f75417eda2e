/** Linearizable reads: nothing is served before the leader said up to where, and that is applied here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedClock } from '../../src/lib/index.js';
import type { Item } from './outbox.js';
import type { Body } from './protocol.js';
import { Reader } from './reader.js';

function fixture(leader: string | null) {
  const clock = new SimulatedClock();
  const engine = { leader, readIndex: async (): Promise<number> => 7 };
  const waiting: Item[] = [];
  const sent: unknown[][] = [];
  const outbox = { send: (_to: string, item: Item) => void waiting.push(item) };
  const flush = (): void => {
    for (const item of waiting.splice(0)) {
      sent.push(JSON.parse(typeof item === 'string' ? item : item()));
    }
  };
  const reader = new Reader({ clock, engine, outbox }, { self: 'n2' });
  const answers: Body[] = [];
  const read = (value: number): void =>
    reader.read(
      () => ({ type: 'read_ok', value }),
      (answer) => answers.push(answer),
    );
  return { clock, engine, reader, sent, flush, answers, read };
}

test('reads gathered until the message leaves share one question', () => {
  const { reader, sent, flush, answers, read } = fixture('n1');
  read(1);
  read(2);
  flush();
  assert.deepEqual(sent, [['read', 1]]);
  reader.applied(9);
  assert.deepEqual(answers, []);
  reader.answered(1, 9);
  assert.deepEqual(
    answers.map(({ value }) => value),
    [1, 2],
  );
});

test('a read that comes after its question left asks again', () => {
  const { reader, sent, flush, answers, read } = fixture('n1');
  read(1);
  flush();
  read(2);
  reader.answered(1, 0);
  assert.equal(answers.length, 1);
  flush();
  assert.equal(sent.length, 2);
});

test('a read waits until this node has applied what the leader had committed', () => {
  const { reader, flush, answers, read } = fixture('n1');
  read(1);
  flush();
  reader.answered(1, 12);
  reader.applied(11);
  assert.deepEqual(answers, []);
  reader.applied(12);
  assert.equal(answers.length, 1);
});

test('an unanswered question is repeated, and a read without an answer is refused in the end', () => {
  const { clock, engine, sent, flush, answers, read } = fixture('n1');
  read(1);
  flush();
  clock.advance(400);
  flush();
  assert.deepEqual(sent, [
    ['read', 1],
    ['read', 1],
  ]);
  engine.leader = null;
  clock.advance(5000);
  assert.equal(answers[0]?.code, 11);
});

test('the leader reads after its own log confirmed the lead', async () => {
  const { reader, answers, read } = fixture('n2');
  reader.applied(6);
  read(1);
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  assert.deepEqual(answers, []);
  reader.applied(7);
  assert.equal(answers.length, 1);
});
