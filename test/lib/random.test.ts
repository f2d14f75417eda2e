import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/lib/index.js';

test('the same seed gives the same sequence, another seed another', () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 20 }, () => random.next());
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});

test('below stays in its range and reaches every value', () => {
  const random = seededRandom(1);
  const seen = new Set(Array.from({ length: 1000 }, () => random.below(7)));
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5, 6]);
});

test('shuffled keeps the items and leaves its argument alone', () => {
  const items = Object.freeze([1, 2, 3, 4, 5, 6, 7, 8]);
  const shuffled = seededRandom(3).shuffled(items);
  assert.notDeepEqual(shuffled, items);
  assert.deepEqual([...shuffled].sort(), items);
});
