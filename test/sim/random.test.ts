import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { seedsOf } from '../seeds.js';
import { randomRun } from './random-run.js';

const seeds = seedsOf({
  firstSeed: 'HEARTH_SIM_FIRST_SEED',
  seedCount: 'HEARTH_SIM_SEEDS',
  fixedSeeds: 16,
  freshSeeds: 4,
});

test('a cluster under every fault keeps its invariants and agrees in the end, whatever the seed', (context) => {
  let slowestMs = 0;
  let simulatedMs = 0;
  for (const seed of seeds) {
    try {
      const result = randomRun(seed);
      slowestMs = Math.max(slowestMs, result.agreedAfterMs);
      simulatedMs += result.simulatedMs;
    } catch (error) {
      context.diagnostic(`seed ${seed} failed: HEARTH_SIM_FIRST_SEED=${seed} HEARTH_SIM_SEEDS=1`);
      throw error;
    }
  }
  const minutes = (simulatedMs / 60_000).toFixed(1);
  context.diagnostic(`${minutes} simulated minutes; agreed after ${slowestMs} ms at the latest`);
});

test('the same seed gives the same run, another seed another', () => {
  for (const [seed, other] of [
    [3, 4],
    [9, 10],
  ] as const) {
    const { trace } = randomRun(seed);
    assert.equal(randomRun(seed).trace, trace);
    assert.notEqual(randomRun(other).trace, trace);
  }
});
