import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { SimulatedClock } from '../../src/lib/index.js';
import { Readiness } from '../../src/node/readiness.js';
import { HearthError } from '../../src/types/index.js';

test('a node whose data thread stood still says so, and takes requests all the same', () => {
  const readiness = new Readiness(new SimulatedClock());
  readiness.becomeReady();
  readiness.setWedged(true);
  assert.equal(readiness.health.status, 'wedged');
  assert.equal(readiness.isReady, true);
  readiness.setWedged(false);
  assert.deepEqual(readiness.health, { status: 'ok' });
});

test('starting, draining and failed are told before wedged', () => {
  const readiness = new Readiness(new SimulatedClock());
  readiness.setWedged(true);
  assert.equal(readiness.health.status, 'starting');
  assert.equal(readiness.isReady, false);
  readiness.becomeReady();
  readiness.drain();
  assert.equal(readiness.health.status, 'draining');
  assert.equal(readiness.isReady, true, 'what comes all the same is still served');
  assert.match(readiness.reason, /stopping/);
  readiness.fail(new HearthError('internal', 'broken'));
  assert.equal(readiness.health.status, 'failed');
});

test('requests wait for a node that starts, but not for ever', async () => {
  const clock = new SimulatedClock();
  const soon = new Readiness(clock);
  const begun = soon.begun();
  assert.notEqual(begun, null);
  soon.becomeReady();
  await begun;
  assert.equal(soon.begun(), null);

  const late = new Readiness(clock);
  const waited = late.begun();
  assert.equal(late.begun(), waited, 'who comes later waits no longer than who came first');
  let isOver = false;
  void waited?.then(() => {
    isOver = true;
  });
  clock.advance(6500);
  await turn();
  assert.equal(isOver, false, 'one that nobody answers needs six seconds');
  clock.advance(500);
  await waited;
  assert.equal(late.begun(), null);
  assert.equal(late.isReady, false);
});
