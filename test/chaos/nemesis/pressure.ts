/** Too little of the machine: one node gets next to no processor, or nobody gets memory for new sandboxes. */
import { setTimeout as delay } from 'node:timers/promises';
import { clusterPage } from '../../../src/cli/api-types.js';
import { missing } from '../../e2e/cluster-harness.js';
import type { ArenaNode } from '../arena/types.js';
import type { Attempt } from './attempt.js';
import { Balloon, noBalloon } from './balloon.js';
import type { Fault } from './types.js';

const starvedShare = 0.1;
const starvedMinMs = 7000;
const starvedMaxMs = 9000;
const shortMs = 6000;
const pageTimeoutMs = 2000;

export const pressure: readonly Fault[] = [
  {
    name: 'a starved node',
    kind: 'pressure',
    needs: [],
    missing: ({ nodes: [node] }) => node?.noCpuFaults ?? 'there is no node',
    run: starved,
  },
  {
    name: 'memory pressure',
    kind: 'pressure',
    needs: ['memory'],
    missing: () => noBalloon() || missing('python3'),
    run: short,
  },
];

async function starved(attempt: Attempt): Promise<void> {
  const node = attempt.take('any');
  attempt.begins();
  try {
    await node.limitCpu(starvedShare);
    await attempt.lasts(starvedMinMs, starvedMaxMs);
  } finally {
    await node.limitCpu(null);
  }
}

async function short(attempt: Attempt): Promise<void> {
  for (const node of attempt.arena.nodes) attempt.hits(node);
  attempt.begins();
  const balloon = await Balloon.inflate();
  try {
    await delay(shortMs);
    const left = await Promise.all(attempt.arena.nodes.map(freeMb));
    attempt.note(`${balloon.megabytes} MB were taken; nodes had left for sandboxes: ${left} MB`);
    if (balloon.burst)
      attempt.note('the machine needed them itself, so they were given back early');
  } finally {
    balloon.deflate();
  }
}

/** What a node says that it has for new sandboxes. */
async function freeMb(node: ArenaNode): Promise<string> {
  try {
    const { text } = await node.ask('GET', '/_hearth/cluster', undefined, pageTimeoutMs);
    const { self, nodes } = clusterPage.parse(JSON.parse(text));
    return String(nodes.find(({ id }) => id === self)?.freeMemoryMb ?? 'unknown');
  } catch {
    return 'unknown';
  }
}
