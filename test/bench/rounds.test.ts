/** Measuring in turn: who comes when, what counts, and who is compared with whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alternately, ratios } from '../../bench/harness/index.js';

test('every other round goes the other way round', async () => {
  const asked: string[] = [];
  await alternately(['a', 'b', 'c'], { warmUps: 1, rounds: 2 }, async (name) => {
    asked.push(name);
    return 0;
  });
  assert.equal(asked.join(''), 'abccbaabc');
});

test('rounds that warm up are measured and not counted', async () => {
  let at = 0;
  const found = await alternately(['a', 'b'], { warmUps: 1, rounds: 2 }, async () => ++at);
  assert.deepEqual(found, { a: [4, 5], b: [3, 6] });
});

test('nobody is measured while another is', async () => {
  let under = 0;
  let mostUnder = 0;
  await alternately(['a', 'b'], { warmUps: 0, rounds: 3 }, async () => {
    mostUnder = Math.max(mostUnder, ++under);
    await new Promise((resolve) => setImmediate(resolve));
    return --under;
  });
  assert.equal(mostUnder, 1);
});

test('what fails in one turn ends the measurement', async () => {
  const failing = alternately(['a', 'b'], { warmUps: 0, rounds: 1 }, async (name) => {
    if (name === 'b') throw new Error('b is gone');
    return 1;
  });
  await assert.rejects(failing, /b is gone/);
});

test('a ratio is of two that were measured in the same round', () => {
  assert.deepEqual(ratios([10, 20, 30], [5, 5, 60]), [2, 4, 0.5]);
});
