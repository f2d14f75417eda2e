import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../../../src/lib/index.js';
import { WarmSuccessors } from '../../../src/rollout/conductor/warm-successors.js';
import type { Warmth } from '../../../src/rollout/index.js';
import { type NodeView, nodeId } from '../../../src/types/index.js';

const tea = { functionName: 'tea', version: '$LATEST', sandboxes: 2 };

/** `http` is the name. */
function node(name: string, joinedAt: number): NodeView {
  return { id: nodeId(name.repeat(32)), http: name, joinedAt } as NodeView;
}

function successors(inUse: readonly Warmth[] = [tea]) {
  const made: unknown[] = [];
  const warm = new WarmSuccessors({
    inUse: async () => inUse,
    make: async ({ http }, wanted) => {
      made.push([http, ...wanted.map(({ functionName }) => functionName)]);
    },
    logger: silentLogger,
  });
  return { warm, made };
}

test('each that leaves has the youngest that stands in for the fewest, once', async () => {
  const { warm, made } = successors();
  const [a, b, c] = [node('a', 1), node('b', 2), node('c', 3)];
  const [d, e] = [node('d', 4), node('e', 5)];
  await warm.handOn(a, [d]);
  await warm.handOn(a, [d, e]);
  await warm.handOn(b, [d, e]);
  await warm.handOn(c, [d, e]);
  const given = made.map((one) => (one as string[])[0]);
  assert.deepEqual(given, ['d', 'e', 'e']);
});

test('nothing is made for a node that has nothing in use, or that nobody can stand in for', async () => {
  const idle = successors([]);
  await idle.warm.handOn(node('a', 1), [node('b', 2)]);
  const alone = successors();
  await alone.warm.handOn(node('a', 1), []);
  assert.deepEqual([idle.made, alone.made], [[], []]);
});

test('a node that does not answer, or cannot be stood in for, leaves all the same', async () => {
  const fails = async (): Promise<never> => {
    throw new Error('no answer');
  };
  for (const deps of [
    { inUse: fails, make: fails },
    { inUse: async () => [tea], make: fails },
  ]) {
    const warm = new WarmSuccessors({ ...deps, logger: silentLogger });
    await warm.handOn(node('a', 1), [node('b', 2)]);
  }
});
