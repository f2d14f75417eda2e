import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Readiness } from '../../src/node/readiness.js';
import { HearthError } from '../../src/types/index.js';

test('a node whose data thread stood still says so, and takes requests all the same', () => {
  const readiness = new Readiness();
  readiness.becomeReady();
  readiness.setWedged(true);
  assert.equal(readiness.health.status, 'wedged');
  assert.equal(readiness.isReady, true);
  readiness.setWedged(false);
  assert.deepEqual(readiness.health, { status: 'ok' });
});

test('starting, draining and failed are told before wedged', () => {
  const readiness = new Readiness();
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
