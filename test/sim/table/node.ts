/**
 * One simulated node: a real core of the routing table, what it says of itself, and what it was told
 * of the members. The sandboxes are a map here, numbered independently of the core: the truth that tables are
 * checked against. A restart is a new one of these under the same id.
 */

import {
  TableCore,
  type TableMember,
  type TableParameters,
} from '../../../src/cluster/table/index.js';
import { seededRandom } from '../../../src/lib/index.js';
import type { FunctionKey, NodeId, WarmClaim } from '../../../src/types/index.js';

/** A claim with the number that the node must have given it. */
export interface MadeClaim extends WarmClaim {
  readonly sequence: number;
}

export interface Traffic {
  messages: number;
  bytes: number;
}

export class TableNode {
  readonly core: TableCore;
  state: 'running' | 'stalled' | 'killed' = 'running';
  /** The newest claim about each function ever claimed. */
  readonly latest = new Map<FunctionKey, MadeClaim>();
  /** All claims of this life: number n stands at n - 1. */
  readonly made: MadeClaim[] = [];
  readonly view = new Map<NodeId, TableMember>();
  /** How new what it was told of each member is. */
  readonly viewVersions = new Map<NodeId, number>();
  /** What waits while the process stands still. */
  waiting: (() => void)[] = [];
  /** It was given a whole table once: it may hold one as a Worker. */
  isHeir = false;
  /** Functions that are warm here. */
  warmCount = 0;
  /** When a tick is planned. */
  plannedMs = Number.POSITIVE_INFINITY;
  readonly sent: Traffic = { messages: 0, bytes: 0 };
  readonly received: Traffic = { messages: 0, bytes: 0 };

  constructor(
    readonly id: NodeId,
    readonly generation: number,
    seed: number,
    parameters: Partial<TableParameters>,
  ) {
    this.core = new TableCore({ id, generation }, seededRandom(seed), parameters);
  }

  get alive(): boolean {
    return this.state !== 'killed';
  }

  /** Does it now, or when the process goes on, or never. */
  input(run: () => void): void {
    if (this.state === 'running') run();
    else if (this.state === 'stalled') this.waiting.push(run);
  }

  /** Keeps account of what the core is about to be told. */
  note(claims: readonly WarmClaim[]): void {
    for (const claim of claims) {
      const known = this.latest.get(claim.key);
      const same = known?.state === claim.state && known.load === claim.load;
      if (same || (known === undefined && claim.state === 'cold')) continue;
      const made = { ...claim, sequence: this.made.length + 1 };
      this.warmCount += Number(claim.state === 'warm') - Number(known?.state === 'warm');
      this.made.push(made);
      this.latest.set(claim.key, made);
    }
  }

  *warm(): Generator<MadeClaim> {
    for (const claim of this.latest.values()) if (claim.state === 'warm') yield claim;
  }
}
