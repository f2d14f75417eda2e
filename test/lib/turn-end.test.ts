import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { nextTurn, TurnEnd } from '../../src/lib/index.js';

test('what is put off is performed in order, at the end of the turn', async () => {
  const performed: string[] = [];
  const turnEnd = new TurnEnd<string>((item) => performed.push(item));
  turnEnd.add('a');
  await null;
  turnEnd.add('b');
  assert.deepEqual(performed, []);
  await nextTurn();
  assert.deepEqual(performed, ['a', 'b']);
});

test('what is put off while others are performed waits for the next turn', async () => {
  const performed: string[] = [];
  const turnEnd = new TurnEnd<string>((item) => {
    performed.push(item);
    if (item === 'first') turnEnd.add('second');
  });
  turnEnd.add('first');
  await nextTurn();
  assert.deepEqual(performed, ['first']);
  await nextTurn();
  assert.deepEqual(performed, ['first', 'second']);
});
