import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../src/lib/index.js';
import { FakeArena } from './fake-arena.js';
import { Victims } from './victims.js';

const roles = { master: 2, replicas: [1, 3], workers: [4, 5] };
const seeds = Array.from({ length: 50 }, (_, seed) => seed);

test('who is wanted by role has that role', () => {
  const taken = { master: new Set(), replica: new Set(), worker: new Set(), any: new Set() };
  for (const seed of seeds) {
    for (const wanted of ['master', 'replica', 'worker', 'any'] as const) {
      const victims = new Victims(new FakeArena(5, roles), roles);
      taken[wanted].add(victims.take(wanted, seededRandom(seed)).number);
    }
  }
  assert.deepEqual([...taken.master], [2]);
  assert.deepEqual([...taken.replica].sort(), [1, 3]);
  assert.deepEqual([...taken.worker].sort(), [4, 5]);
  assert.deepEqual([...taken.any].sort(), [1, 2, 3, 4, 5]);
});

test('no node is hit twice in a step', () => {
  for (const seed of seeds) {
    const random = seededRandom(seed);
    const victims = new Victims(new FakeArena(5, roles), roles);
    const wanted = random.shuffled(['master', 'replica', 'worker', 'any', 'any'] as const);
    const numbers = wanted.map((each) => victims.take(each, random).number);
    assert.deepEqual(numbers.sort(), [1, 2, 3, 4, 5]);
    assert.throws(() => victims.take('any', random), /taken/);
    assert.throws(() => victims.takeNode(1), /taken/);
  }
});

test('where nobody has the role, or all of it are taken, another node is hit', () => {
  const random = seededRandom(1);
  const unknown = { master: null, replicas: [], workers: [] };
  assert.ok(new Victims(new FakeArena(3, unknown), unknown).take('master', random).number >= 1);
  const victims = new Victims(new FakeArena(5, roles), roles);
  victims.take('master', random);
  assert.notEqual(victims.take('master', random).number, 2);
});

test('a node that does not run is not hit', () => {
  const arena = new FakeArena(5, roles);
  for (const node of arena.nodes) node.runs = node.number === 4;
  assert.equal(new Victims(arena, roles).take('master', seededRandom(1)).number, 4);
});
