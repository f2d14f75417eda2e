/** Partitions cut what they say, in clusters of every size. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/lib/index.js';
import { way } from './harness/network.js';
import { type PartitionKind, partition } from './harness/partitions.js';

const sizes = [2, 3, 4, 5, 7, 16];

/** By node: whom it hears, itself too. */
function heard(kind: PartitionKind, size: number, seed: number): number[] {
  const nodes = Array.from({ length: size }, (_, place) => `n${place + 1}`);
  const cut = partition(kind, nodes, seededRandom(seed));
  assert.ok(cut.size > 0, `${kind} of ${size} cuts nothing`);
  return nodes.map((to) => nodes.filter((from) => !cut.has(way(from, to))).length);
}

test('halves leave nobody with more than the larger half', () => {
  for (const size of sizes) assert.ok(Math.max(...heard('halves', size, 1)) <= Math.ceil(size / 2));
});

test('a minority is cut off, and the rest is a majority', () => {
  for (const size of sizes.filter((each) => each > 2)) {
    const majorities = heard('minority', size, 2).filter((count) => count > size / 2).length;
    assert.ok(majorities > size / 2 && majorities < size, `${majorities} of ${size}`);
  }
});

test('one way, one node is not heard or hears nobody', () => {
  for (let seed = 0; seed < 10; seed++) {
    const counts = heard('one-way', 5, seed);
    const deaf = counts.filter((count) => count === 1).length === 1;
    const mute = counts.filter((count) => count === 4).length === 4;
    assert.ok(deaf !== mute, counts.join());
  }
});

test('in a ring everybody hears some and, in a line of three but for its middle, nobody all', () => {
  for (const size of sizes.filter((each) => each > 3)) {
    for (const count of heard('ring', size, 3)) {
      assert.ok(count > 1 && count < size, `${count} of ${size}`);
      if (size > 4) assert.ok(count > size / 2, `${count} of ${size} is a majority`);
    }
  }
  assert.deepEqual(heard('ring', 3, 3).sort(), [2, 2, 3]);
});
