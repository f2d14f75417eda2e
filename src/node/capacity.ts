/** What a node keeps ready, composed: where sandboxes come from, and what is kept of them for the whole cluster. */
import { type SandboxDriver, SandboxInitError, type StemKind } from '../agent/index.js';
import { type Catalog, placementKey } from '../catalog/index.js';
import { CapacityKeeper, type Executor, SandboxSource, Snapshots } from '../executor/index.js';
import type { Warmed, WarmTarget } from '../ingress/index.js';
import type { Clock, Logger } from '../lib/index.js';
import { rendezvous } from '../roles/index.js';
import {
  asHearthError,
  type ClusterView,
  functionNotFound,
  HearthError,
  type NodeConfig,
  type NodeId,
} from '../types/index.js';

export interface CapacityDeps {
  readonly driver: SandboxDriver;
  readonly catalog: Catalog;
  readonly executor: () => Executor;
  readonly view: () => ClusterView | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What most functions are made with: the first of them finds a stem cell. */
const usualSize = { memoryMb: 128, ephemeralMb: 512 } as const;
const initialStems: readonly StemKind[] = [
  { runtime: 'nodejs', ...usualSize },
  { runtime: 'python', ...usualSize },
];

export function makeSource(deps: CapacityDeps, config: NodeConfig): SandboxSource {
  const { driver, executor, clock, logger } = deps;
  return new SandboxSource(
    {
      driver,
      clock,
      logger,
      busy: () => executor().load().waiting > 0,
      memoryShort: () => executor().load().freeMemoryMb <= 0,
    },
    { stemCellsMax: config.stemCellsMax, initialStems },
  );
}

export function makeKeeper(
  deps: CapacityDeps,
  source: SandboxSource,
  { snapshotsMax }: NodeConfig,
): CapacityKeeper {
  const { catalog, executor, clock, logger, view } = deps;
  return new CapacityKeeper(
    {
      catalog,
      clock,
      logger,
      nodes: () => runners(view()),
      rank: (key, nodes) => rendezvous(key, nodes),
      keyOf: placementKey,
      pools: {
        keep: (record, floor) => executor().keep(record, floor),
        limit: (functionName, share) => executor().limit(functionName, share),
        figures: (record) => executor().figures(record),
      },
      snapshots: new Snapshots({ catalog, source }),
    },
    { snapshotsMax },
  );
}

/** A warm ping: one more initialised sandbox on this node. Throws as an invocation does. */
export async function warm(
  { catalog, executor, view }: CapacityDeps,
  { functionName, qualifier }: WarmTarget,
): Promise<Warmed> {
  const alias = catalog.alias(functionName, qualifier);
  const version = alias?.version ?? qualifier;
  const record = catalog.get(functionName, version);
  const self = view()?.self;
  if (record === undefined || self === undefined) throw functionNotFound(functionName, qualifier);
  try {
    await executor().warmUp(record);
  } catch (error) {
    if (!(error instanceof SandboxInitError)) throw asHearthError(error);
    const why = Buffer.from(error.payload).toString();
    throw new HearthError(
      'invalid-parameter',
      `The initialisation of ${functionName} failed: ${why}`,
    );
  }
  return { version: record.version, node: self };
}

/** Who takes requests, the node itself as long as it does. */
function runners(
  view: ClusterView | null,
): { readonly self: NodeId; readonly nodes: readonly NodeId[] } | null {
  if (view === null) return null;
  const { self, nodes } = view;
  const taking = nodes.filter(
    ({ id, status, rank }) =>
      rank >= 0 && (status === 'alive' || status === 'suspect' || id === self),
  );
  return { self, nodes: taking.map(({ id }) => id) };
}
