import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Simulation } from './simulator.js';

const seeds = Number(process.env.HEARTH_LOG_SEEDS ?? 1000);
const firstSeed = Number(process.env.HEARTH_LOG_FIRST_SEED ?? 1);
const stepsPerSeed = 3000;

test('a cluster under every fault keeps its promises and recovers, whatever the seed', (context) => {
  const total = { committed: 0, elections: 0, crashes: 0, torn: 0, reads: 0, voterChanges: 0 };
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const simulation = new Simulation(seed);
    try {
      simulation.run(stepsPerSeed);
      simulation.mend();
    } catch (error) {
      context.diagnostic(`seed ${seed} failed: HEARTH_LOG_FIRST_SEED=${seed} HEARTH_LOG_SEEDS=1`);
      throw error;
    }
    total.committed += simulation.committed;
    for (const [name, count] of Object.entries(simulation.counts)) {
      total[name as keyof typeof simulation.counts] += count;
    }
  }
  context.diagnostic(JSON.stringify(total));
  for (const [name, count] of Object.entries(total)) {
    assert(count >= seeds / 20, `the simulation exercised ${name}: ${count}`);
  }
});
