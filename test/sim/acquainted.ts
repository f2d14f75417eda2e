/**
 * A cluster that has been running for long: everybody knows everybody, and nobody has news. It is made by
 * telling each core of all the others at once while nobody takes that for news; a thousand nodes that met
 * each other the real way would need minutes of ours for the same.
 */
import type { MemberRecord, Packet } from '../../src/gossip/index.js';
import { UpdateQueue } from '../../src/gossip/update-queue.js';
import { type SimulatedNetwork, type SimulatedNode, testCluster } from './network.js';

/** Long enough for the first streams to be open and the first lap of probes to be under way. */
const settleMs = 2000;

export function acquainted(network: SimulatedNetwork, count: number): SimulatedNode[] {
  const { push } = UpdateQueue.prototype;
  UpdateQueue.prototype.push = () => {};
  try {
    const nodes = Array.from({ length: count }, (_, index) => network.add(index + 1));
    const updates: MemberRecord[] = nodes.flatMap((node) =>
      node.core.members().map((member) => ({ ...member, endedS: 0, accusers: [] })),
    );
    for (const node of nodes) {
      const teller = nodes.find((other) => other !== node);
      if (teller === undefined) break;
      const { id: from, generation } = teller;
      const view = node.core.view();
      const body = { kind: 'sync' as const };
      const others = updates.filter(({ id }) => id !== node.id);
      const packet: Packet = {
        clusterId: testCluster,
        from,
        generation,
        updates: others,
        view,
        body,
      };
      network.step(node, (core, nowMs) => core.receive(packet, teller.address, nowMs));
    }
    return nodes;
  } finally {
    UpdateQueue.prototype.push = push;
  }
}

/** The same, some moments later. */
export function settled(network: SimulatedNetwork, count: number): SimulatedNode[] {
  const nodes = acquainted(network, count);
  network.run(settleMs);
  return nodes;
}
