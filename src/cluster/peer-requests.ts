/**
 * What other nodes ask of this one over gRPC: to be admitted, to have a command committed, where a read
 * may begin, the messages of the log, and what gossip has to say.
 */
import { type ServiceError, status } from '@grpc/grpc-js';
import type { hearth } from '#proto/cluster';
import type { Gossip } from '../gossip/index.js';
import { reasonOf } from '../lib/index.js';
import type { ReplicatedLog, VotersControl } from '../log/index.js';
import {
  type ClusterId,
  formatHostPort,
  HearthError,
  type HostPort,
  limits,
  type NodeId,
  nodeId,
} from '../types/index.js';
import type { AppliedReports } from './applied-reports.js';
import type { ClusterCore } from './core.js';
import { fromEnvelope } from './log-envelope.js';
import { encodeNodeInfo, type NodeInfo, toNodeInfo } from './node-info.js';
import type { Peers } from './peers.js';
import type { Proposals } from './proposals.js';
import { methods } from './rpc.js';
import type { ClusterHandlers } from './server.js';
import { checkSkew } from './skew.js';
import type { Steering } from './steering.js';
import type { TableActor } from './table-actor.js';
import type { HandoverAnswer, HandoverStream } from './table-handover.js';
import type { TableStream } from './table-streams.js';

/** What there is once the cluster is known. */
export interface OpenCluster {
  readonly id: ClusterId;
  readonly log: ReplicatedLog & VotersControl;
  readonly gossip: Gossip;
  readonly proposals: Proposals;
  readonly reports: AppliedReports;
  readonly steering: Steering;
}

/** What the actor lets these requests see and do. */
export interface RequestContext {
  /** Null before the node has joined, and once it stops. */
  open(): OpenCluster | null;
  core(): ClusterCore;
  admitted(joinedAt: number, info: NodeInfo): void;
  table(): TableActor;
  sealingKey(): Uint8Array | null;
  readonly peers: Peers;
  readonly advertise: HostPort;
}

/** How long the leader may take to admit a node. */
export const joinTimeoutMs = 5000;

export class PeerRequests implements ClusterHandlers {
  constructor(private readonly context: RequestContext) {}

  async join(request: hearth.cluster.JoinRequest): Promise<hearth.cluster.IJoinReply> {
    const open = this.#sameCluster(request.clusterId, true);
    const info = toNodeInfo(request.node ?? {});
    const { state, leader } = open.log.status();
    if (state !== 'leader') return this.#passJoinOn(request, leader);
    const present = this.context.core().admissionOf(info.id, info.generation);
    if (present === undefined || present.joinedAt === 0) this.#mayBeAdmitted(info);
    const joinedAt = present?.joinedAt || (await open.log.propose('member', encodeNodeInfo(info)));
    this.context.admitted(joinedAt, info);
    const members = this.context
      .core()
      .view()
      .nodes.filter((node) => node.status === 'alive')
      .map(({ id, http, cluster, release }) => ({ id, generation: 0, http, cluster, release }));
    const sealingKey = this.context.sealingKey() ?? new Uint8Array();
    return { clusterId: open.id, joinedAt, members, sealingKey };
  }

  #mayBeAdmitted(info: NodeInfo): void {
    const { nodes } = this.context.core().view();
    checkSkew(info, nodes);
    const taken = nodes.find(
      (node) => node.cluster === info.cluster && node.id !== info.id && node.status === 'alive',
    );
    if (taken !== undefined) {
      throw new HearthError(
        'no-quorum',
        `the address ${info.cluster} belongs to member ${taken.id}, which still answers`,
      );
    }
    if (nodes.filter((node) => node.rank >= 0).length >= limits.membersMax) {
      throw new HearthError(
        'too-many-requests',
        `the cluster has ${limits.membersMax} members, its limit`,
      );
    }
  }

  async #passJoinOn(
    request: hearth.cluster.JoinRequest,
    leader: NodeId | null,
  ): Promise<hearth.cluster.IJoinReply> {
    const address = leader === null ? undefined : this.context.core().addressOf(leader);
    if (request.forwarded || address === undefined) {
      throw new HearthError('no-quorum', 'the cluster has no leader at the moment');
    }
    const { clusterId: id, node } = request;
    const passedOn = { clusterId: id, node: node ?? null, forwarded: true };
    try {
      return await this.context.peers.call(address, methods.join, passedOn, joinTimeoutMs);
    } catch (error) {
      const { code, details = '' } = error as Partial<ServiceError>;
      if (code === status.FAILED_PRECONDITION) throw new HearthError('revision-mismatch', details);
      const reason = reasonOf(error);
      throw new HearthError('no-quorum', `the leader did not admit the node: ${reason}`);
    }
  }

  async propose(request: hearth.cluster.ProposeRequest): Promise<hearth.cluster.IProposeReply> {
    const { log, proposals } = this.#sameCluster(request.clusterId);
    const { state, leader } = log.status();
    if (state !== 'leader') return { accepted: false, leader: leader ?? '' };
    // a copy: the decoded bytes are a view into the whole received message
    const command = Uint8Array.from(request.command);
    const wait = request.committedOnly ? 'committed' : 'everywhere';
    const index = await proposals.proposeHere(command, wait);
    return { accepted: true, index };
  }

  async readIndex(
    request: hearth.cluster.ReadIndexRequest,
  ): Promise<hearth.cluster.IReadIndexReply> {
    const { log } = this.#sameCluster(request.clusterId);
    if (log.status().state !== 'leader') return { known: false };
    return { known: true, index: await log.readIndex() };
  }

  async applied(request: hearth.cluster.AppliedReport): Promise<hearth.cluster.INothing> {
    const { proposals } = this.#sameCluster(request.clusterId);
    this.context.core().applied(nodeId(request.node), request.index);
    proposals.check();
    return {};
  }

  exchange(data: Uint8Array): Uint8Array | null {
    return this.context.open()?.gossip.answer(data) ?? null;
  }

  table(stream: TableStream): void {
    this.context.table().streams.accept(stream);
  }

  async handover(stream: HandoverStream): Promise<HandoverAnswer> {
    return this.context.table().inherit(stream);
  }

  raft(envelope: hearth.cluster.RaftEnvelope): void {
    const open = this.context.open();
    if (open === null || envelope.clusterId !== open.id) return;
    const message = fromEnvelope(envelope);
    if (message !== null && message.to === this.context.core().self.id) open.log.receive(message);
  }

  /** A caller of another cluster must not merge with this one. */
  #sameCluster(id: string, mayBeNew = false): OpenCluster {
    const open = this.context.open();
    if (open === null) {
      throw new HearthError('no-quorum', 'this node has not joined its cluster yet');
    }
    if (id !== open.id && !(mayBeNew && id === '')) {
      throw new HearthError(
        'revision-mismatch',
        `${formatHostPort(this.context.advertise)} is of cluster ${open.id}, the caller of cluster ${id}; ` +
          'use the data directory and the --join addresses of one cluster',
      );
    }
    return open;
  }
}
