/**
 * What the other nodes think of the one under strain: their pages, asked every few milliseconds, and what
 * their gossip has counted.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { NodeProcess } from './node-process.js';

const lookEveryMs = 50;
const event = (name: string): string => `hearth_gossip_events_total{event="${name}"}`;

/** Counters that are of interest here, each with what it says. */
const counted = ['suspected', 'convicted', 'proven', 'refuted', 'ackedByStreamOnly', 'stalls'];

export interface Sightings {
  /** Pages looked at, and those that did not come. */
  readonly looks: number;
  readonly missed: number;
  /** Times that a page showed any member as anything else than alive. */
  readonly notAlive: number;
  /** Times that a page showed any member degraded: that is as it should be where its data thread stands. */
  readonly degraded: number;
}

/** Looks until it is told to stop. */
export async function look(nodes: readonly NodeProcess[], signal: AbortSignal): Promise<Sightings> {
  const total = { looks: 0, missed: 0, notAlive: 0, degraded: 0 };
  const lookAt = async (node: NodeProcess): Promise<void> => {
    while (!signal.aborted) {
      const resting = delay(lookEveryMs);
      try {
        const page = await node.page();
        total.looks++;
        if (page.nodes.some(({ status }) => status !== 'alive')) total.notAlive++;
        if (page.nodes.some(({ degraded }) => degraded)) total.degraded++;
      } catch {
        total.missed++;
      }
      await resting;
    }
  };
  await Promise.all(nodes.map(lookAt));
  return total;
}

export type GossipCounts = Readonly<Record<string, number>>;

/** All nodes' counts together. */
export async function gossipCounts(nodes: readonly NodeProcess[]): Promise<GossipCounts> {
  const all = await Promise.all(nodes.map((node) => node.metrics()));
  const sum = (name: string): number =>
    all.reduce((total, metrics) => total + (metrics.get(name) ?? Number.NaN), 0);
  return Object.fromEntries(counted.map((name) => [name, sum(event(name))]));
}

export function difference(after: GossipCounts, before: GossipCounts): GossipCounts {
  return Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]),
  );
}
