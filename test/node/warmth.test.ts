import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Catalog, FunctionRecord } from '../../src/catalog/index.js';
import { silentLogger } from '../../src/lib/index.js';
import { makeWarmth } from '../../src/node/warmth.js';

/** A node that knows tea and milk, of which milk cannot be started. */
function desk(idle: Record<string, number> = {}) {
  const made: string[] = [];
  const figures = ({ name }: FunctionRecord) => ({
    ...{ idle: idle[name] ?? 0, busy: 0, starting: 0, waiting: 0, kept: 0 },
  });
  const warmth = makeWarmth({
    catalog: {
      get: ((name: string, version: string) =>
        ['tea', 'milk'].includes(name) ? { name, version } : undefined) as Catalog['get'],
    },
    executor: () => ({
      figures,
      inUse: () => [],
      warmUp: async ({ name }) => {
        if (name === 'milk') throw new Error('no room');
        made.push(name);
        idle[name] = (idle[name] ?? 0) + 1;
      },
    }),
    logger: silentLogger,
  });
  return { warmth, made };
}

const of = (functionName: string, sandboxes: number) => {
  return { functionName, version: '$LATEST', sandboxes };
};

test('as many sandboxes are made as are not here yet', async () => {
  for (const [idle, lacking] of [
    [0, 3],
    [2, 1],
    [4, 0],
  ] as const) {
    const { warmth, made } = desk({ tea: idle });
    await warmth.make([of('tea', 3)]);
    assert.equal(made.length, lacking);
  }
});

test('what is unknown here, or cannot be started, does not keep the others from being made', async () => {
  const { warmth, made } = desk();
  await warmth.make([of('coffee', 1), of('milk', 2), of('tea', 1)]);
  assert.deepEqual(made, ['tea']);
});
