/** What gossip costs a node while nothing happens, in bytes on the wire with all headers, sealed. */
import { settled } from '../acquainted.js';
import { SimulatedNetwork, type SimulatedNode } from '../network.js';
import { type Measurement, type Scenario, type ScenarioSettings, secret } from './scenario.js';

export const traffic: Scenario = {
  name: 'traffic',
  about: 'bytes per node and second at rest, with headers (trials: seconds)',
  run(settings) {
    const sizes = settings.sizes ?? [3, 10, 30, 100, 300, 1000];
    return sizes.flatMap((nodes) => measure(nodes, settings));
  },
};

function measure(size: number, settings: ScenarioSettings): Measurement[] {
  const seconds = settings.trials ?? 60;
  const network = new SimulatedNetwork(settings.seed, { secret });
  settings.progress(`traffic: ${size} nodes meet`);
  const nodes = settled(network, size);
  const before = nodes.map(bytes);
  for (let second = 0; second < seconds; second++) {
    settings.progress(`traffic: ${size} nodes, second ${second} of ${seconds}`);
    network.run(1000);
  }
  const perSecond = nodes.map((node, index) => {
    const now = bytes(node);
    return {
      sent: (now.sent - (before[index]?.sent ?? 0)) / seconds,
      received: (now.received - (before[index]?.received ?? 0)) / seconds,
    };
  });
  const row = { nodes: size, unit: 'B/s' as const, promised: null };
  return [
    { ...row, what: 'traffic at rest: sent', values: perSecond.map(({ sent }) => sent) },
    {
      ...row,
      what: 'traffic at rest: received',
      values: perSecond.map(({ received }) => received),
    },
    {
      ...row,
      what: 'traffic at rest: both',
      values: perSecond.map(({ sent, received }) => sent + received),
      promised: { of: 'mean', below: 5000 },
    },
  ];
}

function bytes(node: SimulatedNode): { sent: number; received: number } {
  const { sent, received } = node;
  return {
    sent: sent.datagramBytes + sent.streamBytes,
    received: received.datagramBytes + received.streamBytes,
  };
}
