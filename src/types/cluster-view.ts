/** The cluster as one node sees it: an immutable snapshot that the control thread sends to the data thread. */
import type { NodeId } from './ids.js';
import type { NodeLoad } from './node-load.js';

export type Role = 'master' | 'replica' | 'worker';
export type MemberStatus = 'alive' | 'suspect' | 'draining' | 'left' | 'dead';

export interface NodeView extends NodeLoad {
  readonly id: NodeId;
  /** Order by cohort, then by uptime: 0 is the most senior. -1 where the node holds no rank (not admitted, dead or left). */
  readonly rank: number;
  readonly role: Role;
  /** `draining` is the node itself while it stops: to the others it has left. */
  readonly status: MemberStatus;
  /** `host:port` of the public HTTP listener. */
  readonly http: string;
  /** `host:port` of gossip (UDP) and gRPC (TCP). */
  readonly cluster: string;
  readonly release: string;
  /** The admission number: the log index at which the node was admitted; 0 before that. */
  readonly joinedAt: number;
  /** The number of the last decision by which its release leads, 0 where there is none: higher ones rank first. */
  readonly cohort: number;
  /** Its data thread stands still: alive, keeps its role, gets no work. */
  readonly degraded: boolean;
}

export interface ClusterView {
  readonly self: NodeId;
  readonly master: NodeId | null;
  /** Who leads the durable log, as far as this node knows: the Master, but for moments. */
  readonly leader: NodeId | null;
  /** Term of the durable log. */
  readonly term: number;
  /** True while a majority of the voters answers: writes are accepted. */
  readonly quorum: boolean;
  /** Who votes in the durable log: code bundles must be on a majority of them. */
  readonly voters: readonly NodeId[];
  readonly nodes: readonly NodeView[];
}
