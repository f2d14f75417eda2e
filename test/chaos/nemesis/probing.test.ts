import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeArena } from './fake-arena.js';
import { sidesOf } from './probing.js';

const roles = { master: 1, replicas: [2, 3], workers: [4, 5] };

/** Five nodes of which these vote. */
function arenaOf(...voters: readonly number[]): FakeArena {
  const arena = new FakeArena(5, roles);
  arena.answer = (number) =>
    `hearth_log_voters 3\nhearth_log_votes ${Number(voters.includes(number))}\n`;
  return arena;
}

test('the side with most of the voters is the majority, whatever its size', async () => {
  assert.deepEqual(await sidesOf(arenaOf(1, 2, 3), [1, 2], [3, 4, 5]), {
    majority: [1, 2],
    minority: [3, 4, 5],
  });
  assert.deepEqual(await sidesOf(arenaOf(1, 4, 5), [1, 2], [3, 4, 5]), {
    majority: [3, 4, 5],
    minority: [1, 2],
  });
});

test('where a node does not say whether it votes, no side is guessed', async () => {
  const arena = arenaOf(1, 2, 3);
  const { answer } = arena;
  arena.answer = (number, path) => (number === 4 ? null : answer(number, path));
  await assert.rejects(sidesOf(arena, [1, 2], [3, 4, 5]), /node 4 does not answer/);
  arena.answer = (number, path) => (number === 4 ? '' : answer(number, path));
  await assert.rejects(sidesOf(arena, [1, 2], [3, 4, 5]), /node 4 does not say/);
});
