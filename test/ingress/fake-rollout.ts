/** A rollout as the ingress sees one: notes what it is asked, and answers little. */
import type { HostFacts, Rollout, RolloutPage, RolloutService } from '../../src/rollout/index.js';
import { nodeId } from '../../src/types/index.js';

const node = nodeId('a'.repeat(32));

export const begun = { id: 1, revision: 1, step: 'detected' } as Rollout;

export class FakeRollout implements RolloutService {
  readonly asked: unknown[] = [];

  readonly host = {
    facts: async (): Promise<HostFacts> => ({
      host: 'one',
      node,
      places: [],
      prepared: ['0.2.0'],
      failures: {},
    }),
    prepare: (order: unknown) => void this.asked.push(['prepare', order]),
    start: async (order: unknown) => void this.asked.push(['start', order]),
    stop: async (order: unknown) => void this.asked.push(['stop', order]),
  };

  async page(): Promise<RolloutPage> {
    return {
      formatLevel: 2,
      cohort: null,
      current: null,
      past: [],
      refused: [],
      nodes: [],
      comparison: null,
      source: null,
    };
  }

  async start(asked: unknown): Promise<Rollout> {
    this.asked.push(asked);
    return begun;
  }

  async tell(what: string, by: string): Promise<Rollout> {
    this.asked.push([what, by]);
    return begun;
  }

  readonly warmth = {
    inUse: () => [{ functionName: 'tea', version: '$LATEST', sandboxes: 2 }],
    make: async (wanted: unknown) => void this.asked.push(['make', wanted]),
  };

  live() {
    return { comparison: null, source: null };
  }

  figures() {
    return { startedMs: 1, functions: [], forwardedBuckets: [], lagBuckets: [] };
  }
}
