import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Heartbeat, HeartbeatWatch, SimulatedClock } from '../../src/lib/index.js';

const lookEveryMs = 50;

/** A beating heart, and a watch on a clock of its own that has nothing to do with the heart's. */
function makeHeart() {
  const heartClock = new SimulatedClock();
  const heart = new Heartbeat(heartClock);
  const stop = heart.start();
  const watch = new HeartbeatWatch(heart.memory);
  let nowMs = 1e9;
  /** Looks every 50 ms for `ms`, while the heart's time goes on or not; the last lag. */
  const look = (ms: number, beats: boolean): number | null => {
    let lagMs: number | null = null;
    for (let passed = 0; passed < ms; passed += lookEveryMs) {
      nowMs += lookEveryMs;
      if (beats) heartClock.advance(lookEveryMs);
      lagMs = watch.lagMs(nowMs);
    }
    return lagMs;
  };
  const sleep = (ms: number): void => {
    nowMs += ms;
  };
  return { heart, stop, look, sleep };
}

test('a heart that beats never lags more than a beat', () => {
  const { look } = makeHeart();
  look(lookEveryMs, true);
  for (let round = 0; round < 100; round++) {
    const lagMs = look(lookEveryMs, true);
    assert.ok(lagMs !== null && lagMs <= 100, `${lagMs}`);
  }
});

test('the lag of a heart that stands still is as long as it was seen to, and ends with a beat', () => {
  const { look, stop } = makeHeart();
  look(1000, true);
  assert.equal(look(700, false), 700);
  assert.equal(look(5000, false), 5700);
  assert.ok((look(100, true) ?? 9999) < 100);
  stop();
  assert.ok((look(3000, true) ?? 0) > 2800, 'it beats no longer once stopped');
});

test('nothing is known at the first look', () => {
  const { look } = makeHeart();
  assert.equal(look(lookEveryMs, false), null);
  assert.equal(look(lookEveryMs, false), 50);
});

test('a watcher that stood still itself measures anew, and blames the heart for nothing', () => {
  const { look, sleep } = makeHeart();
  look(1000, true);
  sleep(5000);
  assert.equal(look(lookEveryMs, false), null);
  assert.equal(look(100, false), 100);
  sleep(350);
  assert.equal(look(lookEveryMs, false), 500, 'a gap of up to 400 ms is no standstill');
});

test('a count that wraps is a beat like any other', () => {
  const { heart, look } = makeHeart();
  new Int32Array(heart.memory)[0] = 2 ** 31 - 1;
  look(100, false);
  assert.ok((look(100, true) ?? 9999) < 100);
  assert.equal(new Int32Array(heart.memory)[0], -(2 ** 31));
});
