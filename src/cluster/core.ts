/**
 * The state of the cluster as this node knows it: who gossip says is there, whom the log has admitted,
 * who leads the log, and how far each catalogue has come. Pure: facts in, views and plans out.
 */
import type { GossipMember } from '../gossip/index.js';
import type { Follower, LogStatus } from '../log/index.js';
import { bySeniority, type RankedMember, rankMembers, replicasFor } from '../roles/index.js';
import type { ClusterView, MemberStatus, NodeId, NodeView } from '../types/index.js';
import type { NodeInfo } from './node-info.js';
import { planVoters, type VoterPlan, votersFor } from './voter-plan.js';

export interface Admission extends NodeInfo {
  /** The log index of the entry: what uptime rank is made of. */
  readonly joinedAt: number;
}

export class ClusterCore {
  #members: readonly GossipMember[] = [];
  #byId: ReadonlyMap<NodeId, GossipMember> = new Map();
  #status: LogStatus | null = null;
  readonly #admissions = new Map<NodeId, Admission>();
  readonly #applied = new Map<NodeId, number>();
  /** Members that are not waited for before they have applied so much: they came too late the last time. */
  readonly #late = new Map<NodeId, number>();
  readonly #goneSinceMs = new Map<NodeId, number>();
  /** When a member last came, went or changed its age or cohort. */
  #changedMs = 0;
  #ranked: readonly RankedMember[] = [];

  constructor(readonly self: NodeInfo) {}

  membersChanged(members: readonly GossipMember[], nowMs: number): void {
    const known = this.#byId;
    this.#members = members;
    this.#byId = new Map(members.map((member) => [member.id, member]));
    if (members.length !== known.size || members.some((each) => isNews(known.get(each.id), each))) {
      this.#changedMs = nowMs;
      this.#ranked = rankMembers(
        members.map(({ id, status, meta: { joinedAt, cohort } }) => ({
          id,
          joinedAt,
          cohort,
          status,
        })),
      );
    }
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
    if (index >= (this.#late.get(id) ?? 0)) this.#late.delete(id);
  }

  appliedBy(id: NodeId): number {
    return this.#applied.get(id) ?? 0;
  }

  /** Somebody has waited long enough for all to apply `index`: who has not is not waited for again. */
  tooLate(index: number): void {
    for (const { id } of this.#members) if (this.appliedBy(id) < index) this.#late.set(id, index);
  }

  /**
   * Whether every member that answers has applied `index`: a suspect is not waited for, nor one whose
   * data thread stands still, for the catalogue lives there and nobody is answered from it, nor one that
   * was too late already and has not caught up since, as one whose disk is full.
   */
  appliedEverywhere(index: number): boolean {
    return this.#members.every(
      ({ id, status, meta }) =>
        status !== 'alive' ||
        meta.degraded ||
        meta.joinedAt === 0 ||
        this.#late.has(id) ||
        this.appliedBy(id) >= index,
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

  /** Everyone who was ever admitted: for a snapshot. */
  admissions(): readonly Admission[] {
    return [...this.#admissions.values()].filter(({ joinedAt }) => joinedAt > 0);
  }

  /** For the leader: who should vote, follow and lead. */
  plan(followers: ReadonlyMap<NodeId, Follower>, nowMs: number): VoterPlan {
    if (this.#status === null) return { learners: [], voters: null, leader: null };
    const candidates = this.#admittedBySeniority().map(({ id, joinedAt, cohort }) => ({
      id,
      joinedAt,
      cohort,
      alive: this.#statusOf(id) === 'alive',
      degraded: this.#byId.get(id)?.meta.degraded ?? false,
      goneMs: this.#goneMs(id, nowMs),
    }));
    return planVoters({
      self: this.self.id,
      status: this.#status,
      candidates,
      followers,
      unchangedMs: nowMs - this.#changedMs,
    });
  }

  /** Who should lead rather: the most senior first. */
  preference(): readonly NodeId[] {
    return this.#admittedBySeniority()
      .map(({ id }) => id)
      .filter((id) => this.#present(id));
  }

  /** Who is dead, or has left. */
  gone(): ReadonlySet<NodeId> {
    return new Set(
      this.#members
        .filter(({ id, status }) => status === 'dead' || (status === 'left' && id !== this.self.id))
        .map(({ id }) => id),
    );
  }

  /**
   * Whom this node asks to feed it the log: a Worker its Replicas, the others the leader; and then
   * whoever is left, the leader before all.
   */
  feeders(): readonly NodeId[] {
    const leader = this.#status?.leader ?? null;
    const replicas = this.#ranked.filter(({ role }) => role === 'replica').map(({ id }) => id);
    const own = this.#ranked.find(({ id }) => id === this.self.id)?.role;
    const first = own === 'worker' ? replicasFor(this.self.id, replicas) : [];
    const rest = this.#ranked.slice(0, othersAsked).map(({ id }) => id);
    const all = [...first, ...(leader === null ? [] : [leader]), ...rest];
    return [...new Set(all)].filter((id) => id !== this.self.id);
  }

  view(): ClusterView {
    const ranks = new Map(this.#ranked.map((ranked) => [ranked.id, ranked]));
    const nodes: NodeView[] = this.#members.map((member) => ({
      id: member.id,
      rank: ranks.get(member.id)?.rank ?? -1,
      role: ranks.get(member.id)?.role ?? 'worker',
      status: this.#shownStatus(member),
      http: member.meta.http,
      cluster: member.cluster,
      release: member.meta.release,
      joinedAt: member.meta.joinedAt,
      cohort: member.meta.cohort,
      load: member.meta.load,
      waiting: member.meta.waiting,
      freeMemoryMb: member.meta.freeMemoryMb,
      // the last words of one that is gone say nothing about now
      degraded: member.meta.degraded && this.#present(member.id),
    }));
    nodes.sort((a, b) => rankOrder(a) - rankOrder(b) || (a.id < b.id ? -1 : 1));
    return {
      self: this.self.id,
      master: nodes.find((node) => node.rank === 0)?.id ?? null,
      leader: this.#status?.leader ?? null,
      term: this.#status?.term ?? 0,
      quorum: this.#status?.quorum ?? false,
      voters: this.#status?.voters ?? [],
      nodes,
    };
  }

  /** Whether there are as many voters as a cluster of this size should have. */
  votersSettled(): boolean {
    return (this.#status?.voters.length ?? 0) >= votersFor(this.#ranked.length);
  }

  #admittedBySeniority(): (Admission & { readonly cohort: number })[] {
    return this.admissions()
      .map((each) => ({ ...each, cohort: this.#byId.get(each.id)?.meta.cohort ?? 0 }))
      .sort(bySeniority);
  }

  #present(id: NodeId): boolean {
    const status = this.#statusOf(id);
    return status === 'alive' || status === 'suspect';
  }

  #goneMs(id: NodeId, nowMs: number): number {
    const sinceMs = this.#goneSinceMs.get(id);
    return sinceMs === undefined ? 0 : nowMs - sinceMs;
  }

  /** Who has said goodbye has left to the others, while it still finishes what it has taken on. */
  #shownStatus({ id, status }: GossipMember): MemberStatus {
    return id === this.self.id && status === 'left' ? 'draining' : status;
  }

  #statusOf(id: NodeId): GossipMember['status'] | undefined {
    return this.#byId.get(id)?.status;
  }
}

/** Beside its own Replicas and the leader, a node asks so many of the most senior to feed it. */
const othersAsked = 5;

function isNews(known: GossipMember | undefined, { status, meta }: GossipMember): boolean {
  return (
    known?.status !== status ||
    known.meta.joinedAt !== meta.joinedAt ||
    known.meta.cohort !== meta.cohort
  );
}

function rankOrder(node: NodeView): number {
  return node.rank < 0 ? Number.MAX_SAFE_INTEGER : node.rank;
}
