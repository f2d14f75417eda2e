/** Functions that become warm, cold, and more or less busy at random nodes. */
import type { FunctionKey } from '../../../src/types/index.js';
import { keyOf, type TableCluster } from './cluster.js';
import type { TableNode } from './node.js';

export class Workload {
  #running = false;

  constructor(
    private readonly cluster: TableCluster,
    /** How many functions there are. */
    private readonly functions: number,
    /** Between two changes, in the mean. */
    public everyMs: number,
  ) {}

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#plan();
  }

  stop(): void {
    this.#running = false;
  }

  /** One node says something new about one function or several. */
  change(): void {
    const { random, nodes } = this.cluster;
    const alive = [...nodes.values()].filter((node) => node.alive);
    const node = alive[random.below(alive.length)];
    if (node === undefined) return;
    const claims = Array.from({ length: 1 + random.below(3) }, () => {
      return this.#claimOf(node, keyOf(random.below(this.functions)));
    });
    this.cluster.claim(node, ...claims);
  }

  #claimOf(node: TableNode, key: FunctionKey) {
    const { random } = this.cluster;
    const warm = node.latest.get(key)?.state === 'warm';
    const ends = warm && random.next() < 0.5;
    return { key, state: ends ? 'cold' : 'warm', load: ends ? 0 : random.below(101) } as const;
  }

  #plan(): void {
    const { random } = this.cluster;
    this.cluster.plan(2 * this.everyMs * random.next(), () => {
      if (!this.#running) return;
      this.change();
      this.#plan();
    });
  }
}
