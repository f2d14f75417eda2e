import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { seedsOf } from '../../seeds.js';
import { randomRun } from './random-run.js';

const seeds = seedsOf({
  firstSeed: 'HEARTH_TABLE_FIRST_SEED',
  seedCount: 'HEARTH_TABLE_SEEDS',
  fixedSeeds: 60,
  freshSeeds: 20,
});

test('tables under every fault keep their invariants and converge in the end, whatever the seed', (context) => {
  const slowest = { recoveredMs: 0, convergedMs: 0, lossyConvergedMs: 0 };
  const total = new Map<string, number>();
  for (const seed of seeds) {
    try {
      const result = randomRun(seed);
      for (const name of ['recoveredMs', 'convergedMs', 'lossyConvergedMs'] as const) {
        slowest[name] = Math.max(slowest[name], result[name]);
      }
      for (const [name, count] of Object.entries(result.counts)) {
        total.set(name, (total.get(name) ?? 0) + count);
      }
    } catch (error) {
      context.diagnostic(`seed ${seed} failed: HEARTH_TABLE_FIRST_SEED=${seed}`);
      throw error;
    }
  }
  context.diagnostic(`at the latest ${JSON.stringify(slowest)}`);
  context.diagnostic(JSON.stringify(Object.fromEntries(total)));
  for (const [name, count] of total) {
    assert(count >= seeds.length / 20, `the simulation exercised ${name}: ${count}`);
  }
});

test('the same seed gives the same run of tables, another seed another', () => {
  const { trace } = randomRun(3);
  assert.equal(randomRun(3).trace, trace);
  assert.notEqual(randomRun(4).trace, trace);
});
