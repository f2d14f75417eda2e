/** Callers do one thing at a time, whoever is free does the next, and nothing is left out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Callers } from './callers.js';

test('what is due waits for a caller who is free, in order', async () => {
  const callers = new Callers(['a', 'b']);
  const done: string[] = [];
  const ends: (() => void)[] = [];
  for (let n = 1; n <= 5; n++) {
    callers.do((caller) => {
      done.push(`${caller}${n}`);
      return new Promise((end) => ends.push(end));
    });
  }
  assert.deepEqual(done, ['a1', 'b2']);
  for (const expected of [['b3'], ['a4'], ['b5'], [], []]) {
    const before = done.length;
    ends.splice(expected[0] === 'b3' ? 1 : 0, 1)[0]?.();
    await new Promise(setImmediate);
    assert.deepEqual(done.slice(before), expected);
  }
  callers.do(async (caller) => {
    done.push(`${caller}6`);
  });
  assert.equal(done.length, 6);
});
