/** How soon the members know that the host of one is gone: nothing answers, and no stream breaks. */
import { type Ending, measureEnding } from './ending.js';
import type { Scenario } from './scenario.js';

const silence: Ending = {
  what: 'silent host',
  as: 'dead',
  end: (network, node) => network.silence(node),
  promised: (nodes) => ({ of: 'p95', below: nodes <= 10 ? 1500 : nodes <= 100 ? 2500 : 3500 }),
};

export const silentHost: Scenario = {
  name: 'silent-host',
  about: 'a host falls silent; until the first and all know (trials: hosts per size)',
  run(settings) {
    const sizes = settings.sizes ?? [10, 100, 1000];
    const usual = (nodes: number): number => (nodes <= 100 ? 100 : 40);
    return sizes.flatMap((nodes) =>
      measureEnding(silence, nodes, settings.trials ?? usual(nodes), settings),
    );
  },
};
