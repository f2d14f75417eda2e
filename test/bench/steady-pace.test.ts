/** When the requests of a load are due, at a constant rate and in a closed loop. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counts, dueMsOf, isOver } from '../../bench/harness/steady-pace.js';

const constant = { kind: 'constant', ratePerS: 200, warmUps: 3, count: 5 } as const;
const closed = { kind: 'closed', warmUpS: 1, seconds: 2 } as const;
const never = Number.POSITIVE_INFINITY;

test('at a constant rate each request has its own time, whenever it can be sent', () => {
  const due = [0, 1, 2, 7].map((sent) => dueMsOf(constant, sent, 999));
  assert.deepEqual(due, [0, 5, 10, 35]);
});

test('at a constant rate it ends with the number of requests, warming up and measured', () => {
  assert.deepEqual(
    [7, 8].map((sent) => isOver(constant, sent, 0)),
    [false, true],
  );
  assert.equal(isOver(constant, 7, 1e9), false);
  assert.equal(dueMsOf(constant, 8, 0), never);
});

test('at a constant rate the first requests warm up', () => {
  assert.deepEqual(
    [2, 3].map((sent) => counts(constant, sent, 1e9)),
    [false, true],
  );
});

test('in a closed loop a request is due at once, until the time is over', () => {
  assert.deepEqual(
    [0, 2999, 3000].map((ms) => dueMsOf(closed, 1e6, ms)),
    [0, 2999, never],
  );
  assert.deepEqual(
    [2999, 3000].map((ms) => isOver(closed, 1e6, ms)),
    [false, true],
  );
});

test('in a closed loop the first second warms up', () => {
  assert.deepEqual(
    [999, 1000].map((ms) => counts(closed, 1e6, ms)),
    [false, true],
  );
});
