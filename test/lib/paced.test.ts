import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Paced, SimulatedClock } from '../../src/lib/index.js';

function makePaced() {
  const clock = new SimulatedClock();
  const ranAtMs: number[] = [];
  const paced = new Paced(clock, 10, () => ranAtMs.push(clock.nowMs()));
  return { clock, ranAtMs, paced };
}

test('what has rested runs at once', () => {
  const { clock, ranAtMs, paced } = makePaced();
  paced.ask();
  clock.advance(10);
  paced.ask();
  assert.deepEqual(ranAtMs, [0, 10]);
});

test('what is asked for too soon runs once, at the end of the rest', () => {
  const { clock, ranAtMs, paced } = makePaced();
  paced.ask();
  clock.advance(3);
  paced.ask();
  paced.ask();
  clock.advance(100);
  assert.deepEqual(ranAtMs, [0, 10]);
});

test('what was asked for before a stop does not run after it', () => {
  const { clock, ranAtMs, paced } = makePaced();
  paced.ask();
  paced.ask();
  paced.stop();
  clock.advance(100);
  assert.deepEqual(ranAtMs, [0]);
});
