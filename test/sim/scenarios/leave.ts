/** How soon all members know that one has said goodbye. */
import { type Ending, measureEnding } from './ending.js';
import type { Scenario } from './scenario.js';

const goodbye: Ending = {
  what: 'leave',
  as: 'left',
  end: (network, node) => network.leave(node),
  promised: (nodes) => (nodes <= 100 ? { of: 'max', below: 200 } : null),
};

export const leave: Scenario = {
  name: 'leave',
  about: 'a member leaves; until the first and all know (trials: goodbyes per size)',
  run(settings) {
    const sizes = settings.sizes ?? [10, 100, 1000];
    const usual = (nodes: number): number => (nodes <= 100 ? 100 : 30);
    return sizes.flatMap((nodes) =>
      measureEnding(goodbye, nodes, settings.trials ?? usual(nodes), settings),
    );
  },
};
