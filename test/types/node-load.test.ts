import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { coarseMemoryMb, coarseWaiting, limits } from '../../src/types/index.js';

test('the steps of a queue are 0, 1, 4, 16 and 64, rounded down', () => {
  const told = [0, 1, 3, 4, 15, 16, 63, 64, 100_000].map(coarseWaiting);
  assert.deepEqual(told, [0, 1, 1, 4, 4, 16, 16, 64, 64]);
});

test('memory is told by two steps to a doubling, rounded down, and none below the smallest function', () => {
  const told = [0, 127, 128, 191, 192, 255, 256, 383, 384, 3000, 24_000].map(coarseMemoryMb);
  assert.deepEqual(told, [0, 0, 128, 128, 192, 192, 256, 256, 384, 2048, 16_384]);
  assert.equal(coarseMemoryMb(limits.memoryMbMin), limits.memoryMbMin);
});

test('whatever is said, what is told is no more, stays what it is, and a third less at most', () => {
  const anything = fc.oneof(fc.double(), fc.integer({ min: 128, max: 2 ** 30 }));
  fc.assert(
    fc.property(anything, (said) => {
      for (const coarse of [coarseWaiting, coarseMemoryMb]) {
        const told = coarse(said);
        assert.ok(told >= 0 && Number.isInteger(told));
        assert.ok(told === 0 || told <= said);
        assert.equal(coarse(told), told);
      }
      if (said >= 128 && said <= 2 ** 30) assert.ok(coarseMemoryMb(said) > (said * 2) / 3 - 1);
    }),
  );
});
