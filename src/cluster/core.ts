/**
 * The state of the cluster as this node knows it: who gossip says is there, whom the log has admitted,
 * who leads the log, and how far each catalogue has come. Pure: facts in, views and plans out.
 */
import type { GossipMember } from '../gossip/index.js';
import type { LogStatus } from '../log/index.js';
import { rankMembers } from '../roles/index.js';
import type { ClusterView, MemberStatus, NodeId, NodeView } from '../types/index.js';
import type { NodeInfo } from './node-info.js';

export interface Admission extends NodeInfo {
  /** The log index of the entry: what uptime rank is made of. */
  readonly joinedAt: number;
}

/** What the leader should change about who follows the log; `voters` null where nothing. */
export interface VoterPlan {
  readonly learners: readonly NodeId[];
  readonly voters: readonly NodeId[] | null;
}

/** A voter that has been gone this long is replaced, where there is another node to take its place. */
export const voterGoneMs = 10_000;

export class ClusterCore {
  #members: readonly GossipMember[] = [];
  #byId: ReadonlyMap<NodeId, GossipMember> = new Map();
  #status: LogStatus | null = null;
  readonly #admissions = new Map<NodeId, Admission>();
  readonly #applied = new Map<NodeId, number>();
  readonly #goneSinceMs = new Map<NodeId, number>();

  constructor(readonly self: NodeInfo) {}

  membersChanged(members: readonly GossipMember[], nowMs: number): void {
    this.#members = members;
    this.#byId = new Map(members.map((member) => [member.id, member]));
    for (const { id, status } of members) {
      if (status === 'alive' || status === 'suspect') this.#goneSinceMs.delete(id);
      else if (!this.#goneSinceMs.has(id)) this.#goneSinceMs.set(id, nowMs);
    }
  }

  statusChanged(status: LogStatus): void {
    this.#status = status;
  }

  /** Applies a `member` entry. */
  admitted(joinedAt: number, info: NodeInfo): void {
    const present = this.#admissions.get(info.id);
    if (present !== undefined && present.generation >= info.generation) return;
    this.#admissions.set(info.id, { ...info, joinedAt });
  }

  admissionOf(id: NodeId, generation: number): Admission | undefined {
    const present = this.#admissions.get(id);
    return present?.generation === generation ? present : undefined;
  }

  applied(id: NodeId, index: number): void {
    this.#applied.set(id, Math.max(index, this.#applied.get(id) ?? 0));
  }

  appliedBy(id: NodeId): number {
    return this.#applied.get(id) ?? 0;
  }

  /**
   * Whether every member that answers has applied `index`: a suspect is not waited for, nor one whose
   * data thread stands still, for the catalogue lives there and nobody is answered from it.
   */
  appliedEverywhere(index: number): boolean {
    return this.#members.every(
      ({ id, status, meta }) =>
        status !== 'alive' || meta.degraded || meta.joinedAt === 0 || this.appliedBy(id) >= index,
    );
  }

  /** `host:port` for gRPC: what gossip heard last, else what the node was admitted with. */
  addressOf(id: NodeId): string | undefined {
    return this.#byId.get(id)?.cluster ?? this.#admissions.get(id)?.cluster;
  }

  /** Where members may be found after a stop of everything. */
  addresses(): readonly string[] {
    const known = new Set<string>();
    for (const { id, cluster } of this.#admissions.values()) {
      if (id !== this.self.id && this.#statusOf(id) !== 'left') known.add(cluster);
    }
    for (const { id, cluster } of this.#members) if (id !== this.self.id) known.add(cluster);
    return [...known].sort();
  }

  /** For the leader: who follows without a vote, and the next single step towards the right voters. */
  plan(nowMs: number): VoterPlan {
    const voters = this.#status?.voters ?? [];
    const learners = [...this.#admissions.keys()].filter(
      (id) => !voters.includes(id) && this.#mayFollow(id),
    );
    return { learners, voters: this.#nextVoters(voters, nowMs) };
  }

  view(): ClusterView {
    const ranks = new Map(
      rankMembers(
        this.#members.map((member) => ({
          id: member.id,
          joinedAt: member.meta.joinedAt,
          status: member.status,
        })),
      ).map((ranked) => [ranked.id, ranked]),
    );
    const nodes: NodeView[] = this.#members.map((member) => ({
      id: member.id,
      rank: ranks.get(member.id)?.rank ?? -1,
      role: ranks.get(member.id)?.role ?? 'worker',
      status: this.#shownStatus(member),
      http: member.meta.http,
      cluster: member.cluster,
      release: member.meta.release,
      joinedAt: member.meta.joinedAt,
      load: member.meta.load,
      // the last words of one that is gone say nothing about now
      degraded: member.meta.degraded && this.#present(member.id),
    }));
    nodes.sort((a, b) => rankOrder(a) - rankOrder(b) || (a.id < b.id ? -1 : 1));
    return {
      self: this.self.id,
      master: nodes.find((node) => node.rank === 0)?.id ?? null,
      term: this.#status?.term ?? 0,
      quorum: this.#status?.quorum ?? false,
      voters: this.#status?.voters ?? [],
      nodes,
    };
  }

  /** Whether there are as many voters as a cluster of this size should have. */
  votersSettled(): boolean {
    return (this.#status?.voters.length ?? 0) >= votersFor(this.#candidates().length);
  }

  #nextVoters(voters: readonly NodeId[], nowMs: number): readonly NodeId[] | null {
    if (voters.length === 0) return null;
    const candidates = this.#candidates();
    const members = candidates.length + voters.filter((id) => !this.#present(id)).length;
    const target = Math.max(votersFor(members), voters.length >= 3 ? 3 : 1);
    const gone = voters.find((id) => this.#goneForLong(id, nowMs));
    const next = candidates.find((id) => !voters.includes(id));
    if (next !== undefined && (voters.length < target || (gone && voters.length === target))) {
      return [...voters, next];
    }
    if (gone !== undefined && voters.length > target) return voters.filter((id) => id !== gone);
    return null;
  }

  /** Admitted and answering, oldest first. */
  #candidates(): NodeId[] {
    return [...this.#admissions.values()]
      .filter(({ id }) => this.#statusOf(id) === 'alive')
      .sort((a, b) => a.joinedAt - b.joinedAt)
      .map(({ id }) => id);
  }

  #present(id: NodeId): boolean {
    const status = this.#statusOf(id);
    return status === 'alive' || status === 'suspect';
  }

  #mayFollow(id: NodeId): boolean {
    const status = this.#statusOf(id);
    return status !== 'dead' && status !== 'left';
  }

  #goneForLong(id: NodeId, nowMs: number): boolean {
    const sinceMs = this.#goneSinceMs.get(id);
    return sinceMs !== undefined && nowMs - sinceMs >= voterGoneMs;
  }

  /** Who has said goodbye has left to the others, while it still finishes what it has taken on. */
  #shownStatus({ id, status }: GossipMember): MemberStatus {
    return id === this.self.id && status === 'left' ? 'draining' : status;
  }

  #statusOf(id: NodeId): GossipMember['status'] | undefined {
    return this.#byId.get(id)?.status;
  }
}

/** The oldest 1, 3 or 5 nodes vote (design, section 2). */
function votersFor(members: number): number {
  return members >= 7 ? 5 : members >= 3 ? 3 : 1;
}

function rankOrder(node: NodeView): number {
  return node.rank < 0 ? Number.MAX_SAFE_INTEGER : node.rank;
}
