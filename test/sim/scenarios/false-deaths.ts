/** How many members are declared dead though they only stall now and then, on a network that loses. */
import { acquainted } from '../acquainted.js';
import { lan } from '../link.js';
import { SimulatedNetwork, type SimulatedNode } from '../network.js';
import type { Measurement, Scenario, ScenarioSettings } from './scenario.js';

const stallMs = 400;
const everyMs = 2000;
const stallingShare = 0.2;
const loss = 0.05;

export const falseDeaths: Scenario = {
  name: 'false-deaths',
  about:
    'a fifth stalls 400 ms every 2 s, 5 % loss: who is called dead (trials: simulated minutes)',
  run(settings) {
    return (settings.sizes ?? [128]).flatMap((nodes) => measure(nodes, settings));
  },
};

function measure(size: number, settings: ScenarioSettings): Measurement[] {
  const minutes = settings.trials ?? 60;
  const network = new SimulatedNetwork(settings.seed, { link: { ...lan, loss } });
  const nodes = acquainted(network, size);
  const dead = new Set<string>();
  let views = 0;
  network.onNews = (_viewer, _before, after) => {
    if (after?.status !== 'dead') return;
    views++;
    dead.add(`${after.id} ${after.incarnation}`);
  };
  for (const node of network.random.shuffled(nodes).slice(0, Math.round(stallingShare * size))) {
    network.plan(network.random.next() * everyMs, () => stallAgain(network, node));
  }
  for (let minute = 0; minute < minutes; minute++) {
    settings.progress(`false deaths: minute ${minute} of ${minutes}, ${dead.size} deaths so far`);
    network.run(60_000);
  }
  const sum = (of: (node: SimulatedNode) => number): number[] => [
    nodes.reduce((total, node) => total + of(node), 0),
  ];
  const row = { nodes: size, unit: '' as const, promised: null };
  const during = `in ${minutes} min`;
  return [
    {
      ...row,
      what: `false deaths ${during}`,
      values: [dead.size],
      promised: { of: 'max', below: 0 },
    },
    { ...row, what: `views with a false death ${during}`, values: [views] },
    { ...row, what: `suspicions ${during}`, values: sum(({ core }) => core.counters.suspected) },
    { ...row, what: `refutations ${during}`, values: sum(({ core }) => core.counters.refuted) },
  ];
}

function stallAgain(network: SimulatedNetwork, node: SimulatedNode): void {
  network.stall(node);
  network.plan(stallMs, () => network.resume(node));
  network.plan(everyMs, () => stallAgain(network, node));
}
