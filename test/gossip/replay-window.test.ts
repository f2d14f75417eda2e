import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { ReplayWindow, windowCounters } from '../../src/gossip/replay-window.js';

test('a window answers as a list of all counters would', () => {
  const anyStep = fc.oneof(
    fc.integer({ min: -40, max: 40 }),
    fc.integer({ min: -1200, max: 1200 }),
    fc.integer({ min: 0, max: 100_000 }),
  );
  const anyStart = fc.constantFrom(0, 1, 31, 32, 2 ** 32 - 1, 1_700_000_000_000_000);
  fc.assert(
    fc.property(anyStart, fc.array(anyStep, { maxLength: 300 }), (start, steps) => {
      const window = new ReplayWindow(start);
      const seen = new Set([start]);
      let highest = start;
      for (const step of steps) {
        const counter = Math.max(0, highest + step);
        const expected = seen.has(counter) || counter <= highest - windowCounters;
        assert.equal(window.has(counter), expected, `${counter} after ${highest}`);
        if (expected) continue;
        window.add(counter);
        seen.add(counter);
        highest = Math.max(highest, counter);
      }
      for (let counter = Math.max(0, highest - 1100); counter <= highest + 40; counter++) {
        const expected = seen.has(counter) || counter <= highest - windowCounters;
        assert.equal(window.has(counter), expected, `${counter} at the end, after ${highest}`);
      }
    }),
  );
});
