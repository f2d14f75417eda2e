/**
 * What one node is to keep for the whole cluster, computed alone: every node ranks the nodes for a function in
 * the same order, so that shares add up to what was asked for, and a node that goes moves only what was its own.
 */
import type { FunctionRecord } from '../../catalog/index.js';
import type { NodeId } from '../../types/index.js';
import { poolName } from '../records.js';

/** One function's wishes, as the catalogue has them. */
export interface CapacityWish {
  readonly functionName: string;
  /** Invocations at a time in the whole cluster; null where nothing is reserved. */
  readonly reserved: number | null;
  readonly provisioned: readonly ProvisionedWish[];
  /** Published versions that start from snapshots, newest first. */
  readonly snapshots: readonly FunctionRecord[];
}

export interface ProvisionedWish {
  readonly record: FunctionRecord;
  /** At this moment, in the whole cluster. */
  readonly executions: number;
}

export interface CapacityMap {
  readonly self: NodeId;
  /** Who can run functions now, the node itself among them. */
  readonly nodes: readonly NodeId[];
  /** The nodes in the order in which this key prefers them. */
  readonly rank: (key: string, nodes: readonly NodeId[]) => readonly NodeId[];
  /** What a version's cold starts are placed by: its kept sandboxes are best where those would go. */
  readonly keyOf: (record: FunctionRecord) => string;
  readonly snapshotsMax: number;
}

export interface KeptVersion {
  readonly record: FunctionRecord;
  /** Initialised sandboxes of those provisioned in the cluster that are this node's. */
  readonly total: number;
  /** This node keeps what a start is copied from. */
  readonly snapshot: boolean;
}

export interface CapacityPlan {
  /** Of each function with a reservation: how many invocations this node may run at a time. */
  readonly shares: ReadonlyMap<string, number>;
  /** By the names of their pools. */
  readonly kept: ReadonlyMap<string, KeptVersion>;
}

/** On how many nodes a snapshot is kept: a start finds one though a node is gone. */
const snapshotNodes = 2;

export function planCapacity(wishes: Iterable<CapacityWish>, map: CapacityMap): CapacityPlan {
  const shares = new Map<string, number>();
  const kept = new Map<string, KeptVersion>();
  const snapshots: FunctionRecord[] = [];
  for (const wish of wishes) {
    if (wish.reserved !== null) {
      const share = sharesOf(wish.functionName, wish.reserved, map).get(map.self) ?? 0;
      shares.set(wish.functionName, share);
    }
    for (const { record, executions } of wish.provisioned) {
      const total = spread(executions, map.rank(map.keyOf(record), map.nodes)).get(map.self) ?? 0;
      if (total > 0) add(kept, record, total, false);
    }
    for (const record of wish.snapshots) {
      const owners = map.rank(map.keyOf(record), map.nodes).slice(0, snapshotNodes);
      if (owners.includes(map.self)) snapshots.push(record);
    }
  }
  snapshots.sort((one, other) => other.revision - one.revision);
  for (const record of snapshots.slice(0, map.snapshotsMax)) add(kept, record, 0, true);
  return { shares, kept };
}

/** Who may run how many invocations of a function with a reservation, all of them together that many. */
export function sharesOf(
  functionName: string,
  reserved: number,
  { nodes, rank }: Pick<CapacityMap, 'nodes' | 'rank'>,
): ReadonlyMap<NodeId, number> {
  return spread(reserved, rank(functionName, nodes));
}

/** As evenly as can be, the first ones more. Nodes that get nothing are left out. */
export function spread(count: number, nodes: readonly NodeId[]): ReadonlyMap<NodeId, number> {
  const each = Math.floor(count / nodes.length);
  const more = count % nodes.length;
  const parts = nodes.map((node, rank) => [node, each + (rank < more ? 1 : 0)] as const);
  return new Map(parts.filter(([, part]) => part > 0));
}

function add(
  kept: Map<string, KeptVersion>,
  record: FunctionRecord,
  total: number,
  snapshot: boolean,
): void {
  const key = poolName(record.name, record.version);
  const present = kept.get(key);
  kept.set(key, {
    record,
    total: (present?.total ?? 0) + total,
    snapshot: (present?.snapshot ?? false) || snapshot,
  });
}
