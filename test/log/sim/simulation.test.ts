import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { seedsOf } from '../../seeds.js';
import { Simulation } from './simulation.js';

const stepsPerSeed = 3000;
const seeds = seedsOf({
  firstSeed: 'HEARTH_LOG_FIRST_SEED',
  seedCount: 'HEARTH_LOG_SEEDS',
  fixedSeeds: 350,
  freshSeeds: 50,
});

test('a cluster under every fault keeps its promises and recovers, whatever the seed', async (context) => {
  const total: Record<string, number> = { committed: 0 };
  for (const seed of seeds) {
    const simulation = new Simulation(seed);
    try {
      await simulation.run(stepsPerSeed);
      await simulation.mend();
    } catch (error) {
      context.diagnostic(`seed ${seed} failed: HEARTH_LOG_FIRST_SEED=${seed} HEARTH_LOG_SEEDS=1`);
      throw error;
    }
    const counts = { committed: simulation.committed, ...simulation.counts };
    for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
  }
  context.diagnostic(JSON.stringify(total));
  for (const [name, count] of Object.entries(total)) {
    assert(count >= seeds.length / 20, `the simulation exercised ${name}: ${count}`);
  }
});
