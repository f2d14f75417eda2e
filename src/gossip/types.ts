/** What gossip knows and says: shared by the core, the actor and whoever listens. */
import type { ClusterId, NodeId, NodeLoad } from '../types/index.js';

export type GossipStatus = 'alive' | 'suspect' | 'dead' | 'left';

/**
 * What a member says about itself. Only the member itself may change it; it travels with `alive`. What it says of
 * its load is in coarse steps, so that noise does not become traffic: `load` in steps of 0.05.
 */
export interface MemberMeta extends NodeLoad {
  /** `host:port` of the public HTTP listener. */
  readonly http: string;
  readonly release: string;
  /** The admission number, 0 before admission. */
  readonly joinedAt: number;
  /** Its data thread stands still: it is alive, but must not be given work. */
  readonly degraded: boolean;
  /**
   * The number of the last decision by which its release leads, 0 where there is none: higher ones rank before lower
   * ones. It only ever rises within a generation.
   */
  readonly cohort: number;
}

export interface GossipMember {
  readonly id: NodeId;
  /** Counts the starts of this node: a persisted number, higher after each restart. */
  readonly generation: number;
  /** Counts the refutations and changes of meta within a generation; only the member raises it. */
  readonly incarnation: number;
  readonly status: GossipStatus;
  /** `host:port` of gossip (UDP) and gRPC (TCP). */
  readonly cluster: string;
  readonly meta: MemberMeta;
}

export interface GossipIdentity {
  readonly clusterId: ClusterId;
  readonly id: NodeId;
  /** Higher after each restart. */
  readonly generation: number;
  /** `host:port` under which others reach us. */
  readonly cluster: string;
  readonly meta: MemberMeta;
}
