/** How soon all views are equal again after the halves of a cluster could not reach each other. */
import { acquainted } from '../acquainted.js';
import { SimulatedNetwork } from '../network.js';
import type { Scenario } from './scenario.js';

const partitionMs = 60_000;
const givenUpAfterMs = 120_000;

export const partition: Scenario = {
  name: 'partition',
  about: 'halves cut off for 60 s; until all views are equal and all alive (trials: partitions)',
  run(settings) {
    const trials = settings.trials ?? 10;
    return (settings.sizes ?? [100]).map((nodes) => {
      const values = Array.from({ length: trials }, (_, trial) => {
        settings.progress(`partition: ${nodes} nodes, ${trial} of ${trials}`);
        return healedAfterMs(nodes, settings.seed + trial);
      });
      const promised = { of: 'max' as const, below: 3000 };
      return { what: 'partition healed: views equal', nodes, unit: 'ms', values, promised };
    });
  },
};

function healedAfterMs(size: number, seed: number): number {
  const network = new SimulatedNetwork(seed);
  const nodes = acquainted(network, size);
  network.run(5000 + network.random.next() * 5000);
  const half = new Set(network.random.shuffled(nodes).slice(0, size / 2));
  network.passes = (from, to) => half.has(from) === half.has(to);
  network.run(partitionMs);
  network.passes = () => true;
  const healed = (): boolean => network.agree(() => 'alive') && network.viewsEqual();
  return network.until(givenUpAfterMs, healed, 10);
}
