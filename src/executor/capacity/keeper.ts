/**
 * Keeps on this node what the plan says: shares of reservations, initialised sandboxes, snapshots. The plan is
 * made again when the cluster or the catalogue changes, and once a minute for the windows.
 */
import { NoSnapshotError } from '../../agent/index.js';
import {
  type FunctionRecord,
  type Provisioned,
  ProvisionedPlan,
  unpackedOf,
} from '../../catalog/index.js';
import type { Clock, Logger } from '../../lib/index.js';
import {
  type BundleHash,
  type LocalCapacity,
  type NodeId,
  noCapacity,
  type SnapshotState,
} from '../../types/index.js';
import type { FloorWish } from '../floors.js';
import { poolName } from '../records.js';
import {
  type CapacityMap,
  type CapacityPlan,
  type KeptVersion,
  planCapacity,
  sharesOf,
} from './plan.js';
import { type CapacityCatalog, wishesOf } from './wishes.js';

export interface KeeperDeps {
  readonly catalog: CapacityCatalog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Who can run functions, the node itself among them; null while that is not known. */
  readonly nodes: () => { readonly self: NodeId; readonly nodes: readonly NodeId[] } | null;
  readonly rank: CapacityMap['rank'];
  readonly keyOf: CapacityMap['keyOf'];
  readonly pools: {
    keep(record: FunctionRecord, floor: FloorWish): void;
    limit(functionName: string, share: number | null): void;
    figures(record: FunctionRecord): {
      readonly idle: number;
      readonly busy: number;
      readonly starting: number;
    };
  };
  readonly snapshots: {
    /** Initialises the version once for all copies. Rejects with NoSnapshotError where it cannot be copied. */
    keep(record: FunctionRecord): Promise<void>;
    drop(record: FunctionRecord): void;
    state(record: FunctionRecord): SnapshotState;
  };
}

export interface KeeperOptions {
  readonly snapshotsMax: number;
}

interface Refusal {
  readonly reason: string;
  /** An initialised sandbox is kept idle instead, which for one caller at a time is the same. */
  readonly isSpareKept: boolean;
}

const nothing: CapacityPlan = { shares: new Map(), kept: new Map() };
const noFloor: FloorWish = { total: 0, spare: 0 };
/** Windows open and close on the minute. */
const minuteMs = 60_000;
const tickMs = 1000;
const soonMs = 10;

export class CapacityKeeper {
  #plan: CapacityPlan = nothing;
  /** Of the plan: these cannot be copied. */
  readonly #refused = new Map<string, Refusal>();
  readonly #plans = new WeakMap<Provisioned, ProvisionedPlan>();
  #minute = Number.NaN;
  #stale = true;
  #cancelTick: (() => void) | null = null;
  #cancelSoon: (() => void) | null = null;

  constructor(
    private readonly deps: KeeperDeps,
    private readonly options: KeeperOptions,
  ) {}

  start(): void {
    this.#cancelTick = this.deps.clock.every(tickMs, () => this.tick());
  }

  stop(): void {
    this.#cancelTick?.();
    this.#cancelSoon?.();
    this.#cancelTick = null;
    this.#cancelSoon = null;
  }

  /** The cluster or the catalogue has changed: looks again soon, once for all that changes together. */
  changed(): void {
    this.#stale = true;
    if (this.#cancelTick === null || this.#cancelSoon !== null) return;
    this.#cancelSoon = this.deps.clock.after(soonMs, () => {
      this.#cancelSoon = null;
      this.tick();
    });
  }

  tick(): void {
    const minute = Math.floor(this.deps.clock.wallMs() / minuteMs);
    if (!this.#stale && minute === this.#minute) return;
    const known = this.deps.nodes();
    if (known === null) return;
    this.#stale = false;
    if (minute !== this.#minute) this.#retry();
    this.#minute = minute;
    const { catalog, rank, keyOf } = this.deps;
    const wishes = wishesOf(catalog, (provisioned) => this.#executions(provisioned));
    const map = { ...known, rank, keyOf, snapshotsMax: this.options.snapshotsMax };
    this.#follow(planCapacity(wishes, map));
  }

  /** The code and layers of what is kept: it must stay unpacked. */
  codeInUse(): Iterable<BundleHash> {
    return [...this.#plan.kept.values()].flatMap(({ record }) => unpackedOf(record));
  }

  /** Who may run how many invocations of the function at a time; null where nothing is reserved. */
  shares(functionName: string): ReadonlyMap<NodeId, number> | null {
    const reserved = this.deps.catalog.reservedConcurrency(functionName);
    if (reserved === null) return null;
    const known = this.deps.nodes();
    if (known === null) return null;
    return sharesOf(functionName, reserved, { nodes: known.nodes, rank: this.deps.rank });
  }

  /** What this node has of a version that others ask about. */
  local(record: FunctionRecord): LocalCapacity {
    const kept = this.#plan.kept.get(poolName(record.name, record.version));
    if (kept === undefined) return noCapacity;
    const { idle, busy, starting } = this.deps.pools.figures(record);
    return {
      allocated: Math.min(kept.total, idle + busy + starting),
      available: Math.min(kept.total, idle + busy),
      snapshot: this.#snapshotState(kept, idle + busy > 0),
    };
  }

  /** How many are asked for now in the whole cluster; 0 where nothing is provisioned. */
  requested(functionName: string, qualifier: string): number {
    const provisioned = this.deps.catalog.provisioned(functionName).get(qualifier);
    return provisioned === undefined ? 0 : this.#executions(provisioned);
  }

  #executions(provisioned: Provisioned): number {
    let plan = this.#plans.get(provisioned);
    if (plan === undefined) {
      plan = new ProvisionedPlan(provisioned);
      this.#plans.set(provisioned, plan);
    }
    return plan.executionsAt(this.deps.clock.wallMs());
  }

  #snapshotState({ record, snapshot }: KeptVersion, isInitialised: boolean): SnapshotState {
    if (!snapshot) return noCapacity.snapshot;
    const refusal = this.#refused.get(poolName(record.name, record.version));
    const state = this.deps.snapshots.state(record);
    if (refusal === undefined || state.kind === 'ready') return state;
    const { isSpareKept, reason } = refusal;
    if (!isSpareKept) return { kind: 'refused', reason };
    return { kind: isInitialised ? 'ready' : 'making', reason };
  }

  #follow(plan: CapacityPlan): void {
    const { pools, snapshots } = this.deps;
    const before = this.#plan;
    this.#plan = plan;
    for (const name of before.shares.keys()) {
      if (!plan.shares.has(name)) pools.limit(name, null);
    }
    for (const [name, share] of plan.shares) {
      if (before.shares.get(name) !== share) pools.limit(name, share);
    }
    for (const [key, { record, snapshot }] of before.kept) {
      const next = plan.kept.get(key);
      const isSame = next?.record.revision === record.revision;
      if (snapshot && !(isSame && next.snapshot)) {
        snapshots.drop(record);
        this.#refused.delete(key);
      }
      if (next === undefined || !isSame) pools.keep(record, noFloor);
    }
    for (const [key, kept] of plan.kept) {
      const present = before.kept.get(key);
      const isSame = present?.record.revision === kept.record.revision;
      if (kept.snapshot && !(isSame && present.snapshot)) this.#snapshot(key, kept.record);
      if (!isSame || present.total !== kept.total || present.snapshot !== kept.snapshot) {
        pools.keep(kept.record, this.#floorOf(key, kept));
      }
    }
  }

  #floorOf(key: string, { total, snapshot }: KeptVersion): FloorWish {
    return { total, spare: snapshot && this.#refused.get(key)?.isSpareKept ? 1 : 0 };
  }

  /** What failed may have failed for reasons that have passed, such as code that no node could send. */
  #retry(): void {
    for (const [key, { isSpareKept }] of this.#refused) {
      const kept = this.#plan.kept.get(key);
      if (!isSpareKept && kept !== undefined) this.#snapshot(key, kept.record);
    }
  }

  #snapshot(key: string, record: FunctionRecord): void {
    this.deps.snapshots.keep(record).catch((error: unknown) => {
      const kept = this.#plan.kept.get(key);
      if (kept?.record.revision !== record.revision) return;
      // a spare one of what fails to initialise would only fail again and again
      const isSpareKept = error instanceof NoSnapshotError;
      const reason = isSpareKept ? error.message : 'Its initialisation failed.';
      this.deps.logger.info({ function: key, reason }, 'a version cannot be copied');
      this.#refused.set(key, { reason, isSpareKept });
      if (isSpareKept) this.deps.pools.keep(record, this.#floorOf(key, kept));
    });
  }
}
