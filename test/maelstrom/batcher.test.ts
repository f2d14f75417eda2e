/** Batches: at once after a quiet time, then one per window. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedClock } from '../../src/lib/index.js';
import { Batcher } from './batcher.js';

/** What was queued as a microtask before this has run after it. */
const endOfTurn = (): Promise<void> => Promise.resolve();

test('the first items leave at the end of their turn, the next after the window', async () => {
  const clock = new SimulatedClock();
  const batches: number[][] = [];
  const batcher = new Batcher<number>(clock, 5, (items) => void batches.push(items));
  batcher.add(1);
  batcher.add(2);
  assert.deepEqual(batches, []);
  await endOfTurn();
  assert.deepEqual(batches, [[1, 2]]);
  batcher.add(3);
  await endOfTurn();
  clock.advance(4);
  batcher.add(4);
  assert.deepEqual(batches, [[1, 2]]);
  clock.advance(1);
  assert.deepEqual(batches, [
    [1, 2],
    [3, 4],
  ]);
});

test('after a window without items the next one leaves at once again', async () => {
  const clock = new SimulatedClock();
  const batches: number[][] = [];
  const batcher = new Batcher<number>(clock, 5, (items) => void batches.push(items));
  batcher.add(1);
  await endOfTurn();
  clock.advance(5);
  batcher.add(2);
  await endOfTurn();
  assert.deepEqual(batches, [[1], [2]]);
});
