import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inIdleTurn, nextTurn, SharedTurns, SimulatedClock } from '../../src/lib/index.js';

/** A clock that shows these times one by one, and then the last one for ever. */
function clockOf(times: readonly number[]) {
  const left = [...times];
  let nowMs = 0;
  let asked = 0;
  return {
    nowMs: () => {
      asked++;
      nowMs = left.shift() ?? nowMs;
      return nowMs;
    },
    asked: () => asked,
  };
}

test('what waits for an idle turn waits while turns take long', async () => {
  const clock = clockOf([0, 5, 9, 10, 12, 12.1]);
  await new Promise<void>((resolve) => inIdleTurn(clock, () => 0, resolve));
  assert.equal(clock.asked(), 6);
});

test('under a load that leaves no idle turn it is called all the same', async () => {
  let nowMs = 0;
  await new Promise<void>((resolve) => {
    inIdleTurn({ nowMs: () => ++nowMs }, () => 0, resolve);
  });
  assert.equal(nowMs, 1001);
});

test('what waits for an idle turn waits while something arrives', async () => {
  const arrivals = [0, 1, 2, 3, 3];
  let asked = 0;
  await new Promise<void>((resolve) => {
    inIdleTurn({ nowMs: () => 0 }, () => arrivals[asked++] ?? -1, resolve);
  });
  assert.equal(asked, arrivals.length);
});

test('whoever begins after others have used up their turns has one of its own', async () => {
  const clock = new SimulatedClock();
  const turns = new SharedTurns(clock, 3);
  assert.equal(turns.isOver(), false);
  clock.advance(4);
  assert.equal(turns.isOver(), true);
  await turns.next();
  clock.advance(4);
  assert.equal(turns.isOver(), true);
  await nextTurn();
  await nextTurn();
  assert.equal(turns.isOver(), false);
});
