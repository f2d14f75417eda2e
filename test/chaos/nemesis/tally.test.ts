import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tally } from './tally.js';

const answered = (status: number, text: string) => Promise.resolve({ status, headers: {}, text });

test('answers that differ only in times and numbers are counted as one', async () => {
  const tally = new Tally();
  await tally.of(answered(200, 'a'));
  await tally.of(answered(201, 'b'));
  await tally.of(answered(403, 'expired: 20261122T113000Z'));
  await tally.of(answered(403, 'expired: 20261122T113001Z'));
  await tally.of(Promise.reject(new Error('gone')));
  assert.equal(
    String(tally),
    '1 of 200, 1 of 201, 2 of 403 (expired: ...), 1 of no answer (Error: gone)',
  );
  assert.equal(String(new Tally()), 'none');
});
