import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { StreamStates } from '../../../src/agent/logs/stream-states.js';

test('a request has its first output once, however many print in turn in one sandbox', () => {
  const states = new StreamStates();
  const asked = ['a', 'b', 'a', '', 'c', 'b', 'a'];
  const first = asked.map((requestId) => states.printed('s', requestId));
  assert.deepEqual(first, [true, true, false, false, true, false, false]);
  assert.equal(states.printed('other', 'a'), true);
});

test('whether a request had printed is known at its end, in whatever order they end', () => {
  const states = new StreamStates();
  for (const requestId of ['a', 'b', 'c']) states.printed('s', requestId);
  const had = ['b', 'quiet', 'c', 'a'].map((requestId) => states.reported('s', requestId));
  assert.deepEqual(had, [true, false, true, true]);
  assert.equal(states.printed('s', 'a'), false, 'late, and nothing new');
  assert.equal(states.printed('s', 'd'), true);
  assert.equal(states.printed('s', 'a'), true, 'tried again, with the same name');
});
