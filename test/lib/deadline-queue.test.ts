import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DeadlineQueue, SimulatedClock } from '../../src/lib/index.js';

test('a deadline expires once, never early and at most two ticks late', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 50 }), (delays) => {
      const clock = new SimulatedClock();
      const queue = new DeadlineQueue(clock, 10);
      const seen: number[] = [];
      for (const delay of delays) {
        queue.add(delay, () => {
          seen.push(delay);
          assert.ok(clock.nowMs() >= delay, `${delay} expired at ${clock.nowMs()}`);
          assert.ok(clock.nowMs() <= delay + 20, `${delay} expired only at ${clock.nowMs()}`);
        });
      }
      clock.advance(600);
      assert.equal(seen.length, delays.length);
    }),
  );
});

test('a removed deadline never expires', () => {
  const clock = new SimulatedClock();
  const queue = new DeadlineQueue(clock);
  const key = queue.add(50, () => assert.fail('expired'));
  queue.remove(key);
  clock.advance(1000);
});

test('after a standstill what was waited for has a tick to be read, and no more than one', () => {
  const clock = new SimulatedClock();
  const queue = new DeadlineQueue(clock);
  let expired = 0;
  queue.add(100, () => {
    expired++;
  });
  const { nowMs } = clock;
  let stoodMs = 0;
  clock.nowMs = () => nowMs.call(clock) + stoodMs;
  clock.advance(50);
  stoodMs = 3000;
  clock.advance(10);
  assert.equal(expired, 0);
  stoodMs = 6000;
  clock.advance(10);
  assert.equal(expired, 1);
});

test('a deadline added from an expiry is kept', () => {
  const clock = new SimulatedClock();
  const queue = new DeadlineQueue(clock);
  let expired = 0;
  queue.add(20, () => {
    expired += 1;
    queue.add(clock.nowMs() + 20, () => {
      expired += 1;
    });
  });
  clock.advance(100);
  assert.equal(expired, 2);
});

test('a deadline in the past expires at the next tick', () => {
  const clock = new SimulatedClock();
  const queue = new DeadlineQueue(clock);
  clock.advance(1000);
  let expired = 0;
  queue.add(10, () => {
    expired += 1;
  });
  queue.add(2000, () => assert.fail('early'));
  queue.add(500, () => {
    expired += 1;
  });
  clock.advance(20);
  assert.equal(expired, 2);
});
