import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { checkBounds } from '../../src/gossip/content-bounds.js';
import { limits } from '../../src/types/index.js';

/** Tags of proto/gossip.proto with their wire types. */
const update = 0x0a;
const view = 0x12;

test('content may hold every member of the largest cluster, and not many more', () => {
  const members = (count: number) => Buffer.alloc(2 * count, Uint8Array.of(update, 0));
  checkBounds(members(limits.membersMax + 2));
  assert.throws(() => checkBounds(members(2 * limits.membersMax)), /too many fields/);
  assert.throws(() => checkBounds(members(500_000)), /too many fields/);
});

test('no field may be longer than the longest member', () => {
  const field = (bytes: number) =>
    Buffer.concat([Uint8Array.of(view, 0x80 | (bytes & 127), bytes >> 7), Buffer.alloc(bytes)]);
  checkBounds(field(700));
  assert.throws(() => checkBounds(field(2000)), /too long a field/);
});

test('content that ends in the middle of a field, or nests without end, is refused', () => {
  assert.throws(() => checkBounds(Uint8Array.of(update, 5, 1)), RangeError);
  assert.throws(() => checkBounds(Buffer.alloc(100_000, 0x0b)));
  checkBounds(new Uint8Array());
});
