/** How soon a cluster knows that a member has ended: what three scenarios have in common. */
import { settled } from '../acquainted.js';
import { SimulatedNetwork, type SimulatedNode } from '../network.js';
import { type Measurement, type Promised, type ScenarioSettings, secret } from './scenario.js';

export interface Ending {
  readonly what: string;
  /** As which the others are to see it. */
  readonly as: 'dead' | 'left';
  end(network: SimulatedNetwork, node: SimulatedNode): void;
  promised(nodes: number): Promised | null;
}

/** Larger clusters go on without those who ended: every return would be a storm of its own. */
const restartedUpTo = 200;
const givenUpAfterMs = 120_000;

/** One member after another ends, at a random moment of a quiet cluster. */
export function measureEnding(
  ending: Ending,
  nodes: number,
  trials: number,
  settings: ScenarioSettings,
): Measurement[] {
  const network = new SimulatedNetwork(settings.seed, { secret: nodes > 200 ? null : secret });
  settled(network, nodes);
  const firstMs: number[] = [];
  const allMs: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
    settings.progress(`${ending.what}: ${nodes} nodes, ${trial} of ${trials}`);
    network.run(network.random.next() * 1000);
    const victim = network.nodes.filter(({ state }) => state === 'running')[
      network.random.below(network.running().length)
    ];
    if (victim === undefined) break;
    const times = knownAfterMs(network, victim, ending);
    firstMs.push(Math.min(...times));
    allMs.push(Math.max(...times));
    network.run(500);
    if (nodes <= restartedUpTo) comeBack(network, victim);
  }
  const row = { nodes, unit: 'ms' as const };
  return [
    { ...row, what: `${ending.what}: first knows`, values: firstMs, promised: null },
    { ...row, what: `${ending.what}: all know`, values: allMs, promised: ending.promised(nodes) },
  ];
}

function knownAfterMs(network: SimulatedNetwork, victim: SimulatedNode, ending: Ending): number[] {
  const startMs = network.nowMs;
  const known = new Map<SimulatedNode, number>();
  network.onNews = (viewer, _before, after) => {
    if (after?.id !== victim.id || viewer === victim || known.has(viewer)) return;
    if (after.status === ending.as) known.set(viewer, network.nowMs - startMs);
  };
  ending.end(network, victim);
  const others = network.running().filter((node) => node !== victim).length;
  network.until(givenUpAfterMs, () => known.size >= others);
  network.onNews = () => {};
  return [...known.values()];
}

function comeBack(network: SimulatedNetwork, node: SimulatedNode): void {
  network.restart(node, network.running().slice(0, 3));
  network.until(givenUpAfterMs, () => network.agree(() => 'alive'));
  network.run(2000);
}
