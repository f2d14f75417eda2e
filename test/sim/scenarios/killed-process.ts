/** How soon the members know that the process of one has been killed, on a host that is well. */
import { type Ending, measureEnding } from './ending.js';
import type { Scenario } from './scenario.js';

const kill: Ending = {
  what: 'killed process',
  as: 'dead',
  end: (network, node) => network.kill(node),
  promised: (nodes) => (nodes <= 100 ? { of: 'p99', below: 300 } : null),
};

export const killedProcess: Scenario = {
  name: 'killed-process',
  about: 'a process is killed; until the first and all know (trials: kills per size)',
  run(settings) {
    const sizes = settings.sizes ?? [3, 10, 30, 100];
    return sizes.flatMap((nodes) => measureEnding(kill, nodes, settings.trials ?? 100, settings));
  },
};
