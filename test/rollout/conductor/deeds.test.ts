import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedClock, silentLogger } from '../../../src/lib/index.js';
import { Deeds } from '../../../src/rollout/conductor/deeds.js';
import { HearthError } from '../../../src/types/index.js';

function makeDeeds() {
  const clock = new SimulatedClock();
  let ended = 0;
  const done = (): void => {
    ended += 1;
  };
  return { clock, deeds: new Deeds({ clock, logger: silentLogger, done }), ended: () => ended };
}

const failing = async (): Promise<void> => {
  throw new Error('no room');
};

test('the same is not done twice at once, nor again within a second', async () => {
  const { deeds, clock, ended } = makeDeeds();
  let begun = 0;
  let finish = (): void => {};
  const deed = () => {
    begun += 1;
    return new Promise<void>((resolve) => {
      finish = resolve;
    });
  };
  const first = deeds.run('starting', deed);
  await deeds.run('starting', deed);
  assert.equal(begun, 1);
  assert.equal(deeds.isDue('stopping'), true);
  finish();
  await first;
  assert.equal(ended(), 1);
  assert.equal(deeds.isDue('starting'), false);
  clock.advance(1000);
  assert.equal(deeds.isDue('starting'), true);
});

test('why something failed is told once in a step', async () => {
  const { deeds, clock } = makeDeeds();
  for (let time = 0; time < 3; time++) {
    await deeds.run('starting', failing);
    clock.advance(1000);
  }
  assert.equal(deeds.nextUntold(), 'starting: no room');
  assert.equal(deeds.nextUntold(), undefined);
  deeds.forget();
  await deeds.run('starting', failing);
  assert.equal(deeds.nextUntold(), 'starting: no room');
});

test('what was decided on an older revision is no failure to tell of', async () => {
  const { deeds } = makeDeeds();
  await deeds.run('starting', async () => {
    throw new HearthError('revision-mismatch', 'That was decided on revision 3.');
  });
  assert.equal(deeds.nextUntold(), undefined);
});
