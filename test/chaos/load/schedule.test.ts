/** What is asked when follows from the seed, is constant in rate, and mixed as its shares say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calledFunctions } from './functions.js';
import { isFirst, requestId, Schedule, shares } from './schedule.js';

const count = 20_000;
const rate = 200;
const all = (seed = 7) => new Schedule(seed, rate).dueBy(((count - 1) * 1000) / rate);

test('requests are due at a constant rate, however rarely somebody looks', () => {
  const often = new Schedule(7, rate);
  const seen = Array.from({ length: 1000 }, (_, index) => often.dueBy(index * 2)).flat();
  assert.deepEqual(seen, new Schedule(7, rate).dueBy(999 * 2));
  assert.deepEqual(
    seen.slice(0, 4).map(({ dueMs }) => dueMs),
    [0, 5, 10, 15],
  );
  assert.deepEqual(often.dueBy(999 * 2), []);
});

test('the same seed asks the same, and another one something else', () => {
  assert.deepEqual(all(), all());
  assert.notDeepEqual(
    all(1).map(({ kind }) => kind),
    all(2).map(({ kind }) => kind),
  );
});

test('kinds are mixed as their shares say', () => {
  const planned = all();
  assert.equal(planned.length, count);
  for (const [kind, share] of Object.entries(shares)) {
    const seen = planned.filter((one) => one.kind === kind).length / count;
    assert.ok(Math.abs(seen - share) < 0.01, `${kind}: ${seen}`);
  }
  assert.ok(Math.abs(Object.values(shares).reduce((sum, share) => sum + share) - 1) < 1e-9);
});

test('the n-th function is called 1/n times as often as the first', () => {
  const planned = all();
  const calls = calledFunctions.map(
    ({ name }) => planned.filter(({ functionName }) => functionName === name).length,
  );
  for (const [index, seen] of calls.entries()) {
    const expected = (calls[0] ?? 0) / (index + 1);
    assert.ok(Math.abs(seen - expected) < 0.02 * count, `${index + 1}: ${seen}, ${expected}`);
  }
  assert.ok(calls.every((seen) => seen > 0));
});

test('ids are UUIDs, unique, and tell what came before the load', () => {
  const ids = all().map(({ id }) => id);
  assert.equal(new Set(ids).size, count);
  const id = requestId(-1, 'first', 12);
  assert.equal(id, 'ffffffff-0000-4000-8002-00000000000c');
  assert.ok(isFirst(id));
  assert.ok(!ids.some(isFirst));
  assert.ok(!isFirst(requestId(-1, 'following', 12)));
});
