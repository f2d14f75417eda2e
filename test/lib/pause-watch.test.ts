import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { PauseWatch, SimulatedClock } from '../../src/lib/index.js';

test('a thread that stood still catches up for a second, whether a timer or a request notices first', () => {
  for (const timerFirst of [false, true]) {
    const clock = new SimulatedClock();
    const watch = new PauseWatch(clock);
    clock.advance(10_000);
    watch.start();
    clock.advance(10_000);
    assert.equal(watch.isCatchingUp(), false);
    const { nowMs } = clock;
    clock.nowMs = () => nowMs.call(clock) + 600;
    if (timerFirst) clock.advance(100);
    assert.equal(watch.isCatchingUp(), true);
    clock.advance(800);
    assert.equal(watch.isCatchingUp(), true);
    clock.advance(300);
    assert.equal(watch.isCatchingUp(), false);
    watch.stop();
  }
});
