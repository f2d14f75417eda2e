import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTurn, SimulatedClock } from '../../src/lib/index.js';
import { abreast, isAbreast, newsAgeMsMax } from '../../src/workflow/abreast.js';

test('who is told at once what the log holds is abreast, and who is told by nobody is not', async () => {
  const clock = new SimulatedClock();
  assert.equal(await isAbreast({ clock, catchUp: async () => true }), true);
  assert.equal(await isAbreast({ clock, catchUp: async () => false }), false);
  const catchUp = async () => assert.fail('nobody answers');
  assert.equal(await isAbreast({ clock, catchUp }), false);
});

test('an answer that was read long after it was asked for is no news, and is asked for again', async () => {
  const clock = new SimulatedClock();
  let asked = 0;
  const catchUp = async (): Promise<boolean> => {
    // as of a process that is stopped between the question and the answer
    if (asked++ === 0) clock.advance(newsAgeMsMax + 1);
    return true;
  };
  let isDone = false;
  void abreast({ clock, catchUp }, () => false).then(() => {
    isDone = true;
  });
  await nextTurn();
  assert.equal(isDone, false);
  clock.advance(200);
  await nextTurn();
  assert.deepEqual([isDone, asked], [true, 2]);
});

test('who has stopped waits for nothing', async () => {
  await abreast({ clock: new SimulatedClock(), catchUp: async () => false }, () => true);
});
