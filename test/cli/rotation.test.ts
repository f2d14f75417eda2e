import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rotation } from '../../src/cli/rotation.js';

test('each request starts at the next target', () => {
  const rotation = new Rotation(3, 1000);
  assert.deepEqual(rotation.order(0), [0, 1, 2]);
  assert.deepEqual(rotation.order(0), [1, 2, 0]);
  assert.deepEqual(rotation.order(0), [2, 0, 1]);
  assert.deepEqual(rotation.order(0), [0, 1, 2]);
});

test('a failed target comes last until its time is over', () => {
  const rotation = new Rotation(3, 1000);
  rotation.failed(1, 50);
  assert.deepEqual(rotation.order(50), [0, 2, 1]);
  assert.deepEqual(rotation.order(1049), [2, 0, 1]);
  assert.deepEqual(rotation.order(1050), [0, 1, 2]);
});

test('an answer ends the time out', () => {
  const rotation = new Rotation(2, 1000);
  rotation.failed(0, 0);
  rotation.succeeded(0);
  assert.deepEqual(rotation.order(0), [0, 1]);
});

test('a target that is not well comes last until it is, whatever it answers meanwhile', () => {
  const rotation = new Rotation(3, 1000);
  rotation.says(1, false);
  rotation.succeeded(1);
  assert.deepEqual(rotation.order(5000), [0, 2, 1]);
  rotation.says(1, true);
  rotation.says(1, true);
  assert.deepEqual(rotation.order(5000), [1, 2, 0]);
});

test('whatever fails, every request tries every target exactly once, good ones first', () => {
  const step = fc.record({ failed: fc.nat(6), byMs: fc.nat(600) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), fc.array(step), (count, steps) => {
      const rotation = new Rotation(count, 1000);
      const outUntilMs = new Map<number, number>();
      let nowMs = 0;
      for (const { failed, byMs } of steps) {
        nowMs += byMs;
        rotation.failed(failed % count, nowMs);
        outUntilMs.set(failed % count, nowMs + 1000);
        const order = rotation.order(nowMs);
        assert.deepEqual(
          [...order].sort(),
          Array.from({ length: count }, (_, index) => index),
        );
        const out = order.map((index) => (outUntilMs.get(index) ?? 0) > nowMs);
        assert.deepEqual(
          out,
          [...out].sort((a, b) => Number(a) - Number(b)),
        );
      }
    }),
  );
});
