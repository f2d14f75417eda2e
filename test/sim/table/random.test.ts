import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { randomRun } from './random-run.js';

const fixedSeeds = 60;
const freshSeeds = 20;
const firstSeed = process.env.HEARTH_TABLE_FIRST_SEED;
const seedCount = process.env.HEARTH_TABLE_SEEDS;

function seeds(): number[] {
  const count = (from: number, size: number): number[] =>
    Array.from({ length: size }, (_, index) => from + index);
  if (firstSeed !== undefined) return count(Number(firstSeed), Number(seedCount ?? 1));
  if (seedCount !== undefined) return count(1, Number(seedCount));
  return [...count(1, fixedSeeds), ...count(1 + (Date.now() % 2 ** 31), freshSeeds)];
}

test('tables under every fault keep their invariants and converge in the end, whatever the seed', (context) => {
  const slowest = { recoveredMs: 0, convergedMs: 0, lossyConvergedMs: 0 };
  const total = new Map<string, number>();
  const chosen = seeds();
  for (const seed of chosen) {
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
    assert(count >= chosen.length / 20, `the simulation exercised ${name}: ${count}`);
  }
});

test('the same seed gives the same run of tables, another seed another', () => {
  const { trace } = randomRun(3);
  assert.equal(randomRun(3).trace, trace);
  assert.notEqual(randomRun(4).trace, trace);
});
