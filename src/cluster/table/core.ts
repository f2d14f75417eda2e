/**
 * The routing table on one node, whatever its role: it numbers its own claims and tells the Master; as
 * Master it merges everybody's and streams them to the Replicas; as Replica it follows the stream and
 * answers; as Worker it asks. Pure: members, claims, messages and time in, effects as data out.
 *
 * Only claims change the table. Members that are gone are not removed for it but hidden: what was
 * heard of them stays true if they turn out to live, and all tables stay the same function of the claims.
 */

import type { Random } from '../../lib/index.js';
import { type RankedMember, rankMembers, replicasFor } from '../../roles/index.js';
import type {
  FunctionKey,
  Holder,
  MemberStatus,
  NodeId,
  Role,
  WarmClaim,
} from '../../types/index.js';
import { limits } from '../../types/index.js';
import type { Claim } from './claim.js';
import { Collector } from './collector.js';
import { Follower } from './follower.js';
import { History } from './history.js';
import { Lookups } from './lookups.js';
import type { Position, Report, SnapshotPart, TableEffect, TableMessage } from './messages.js';
import { OwnClaims } from './own-claims.js';
import { type TableParameters, tableParameters } from './parameters.js';
import { Publisher } from './publisher.js';
import { Reporter } from './reporter.js';
import { RoutingTable } from './routing-table.js';

export interface TableMember {
  readonly id: NodeId;
  readonly generation: number;
  readonly joinedAt: number;
  readonly cohort: number;
  readonly status: MemberStatus;
  readonly degraded: boolean;
}

interface Reign {
  readonly publisher: Publisher;
  readonly collector: Collector;
}

export class TableCore {
  /** What the actor must do, in order; the actor empties it. */
  readonly effects: TableEffect[] = [];
  readonly #own: OwnClaims;
  readonly #history: History;
  readonly #reporter: Reporter;
  readonly #follower: Follower;
  readonly #lookups: Lookups;
  readonly #parameters: TableParameters;
  #table = new RoutingTable();
  #reign: Reign | null = null;
  #role: Role | null = null;
  #masterPresent = false;
  /** Who is Master, this node maybe. */
  #master: NodeId | null = null;
  /** The Master that has given this node its table, to rule next: it follows that one, though it be a Worker. */
  #heirOf: NodeId | null = null;
  /** As Master: whom it has given its table, and tells all changes. */
  #heir: NodeId | null = null;
  #replicas: readonly NodeId[] = [];
  /** The number of the last epoch that this node stood in: it outlives the table, so that none is used twice. */
  #lastEpoch = 0;
  #members: ReadonlyMap<NodeId, TableMember> = new Map();
  /** The generations of those who take part, without this node. */
  #others: ReadonlyMap<NodeId, number> = new Map();

  constructor(
    readonly self: { readonly id: NodeId; readonly generation: number },
    private readonly random: Random,
    parameters: Partial<TableParameters> = {},
  ) {
    const chosen = { ...tableParameters, ...parameters };
    this.#parameters = chosen;
    this.#own = new OwnClaims(chosen.tombstonesMax);
    this.#history = new History(chosen.historyClaimsMax);
    this.#reporter = new Reporter(self.generation, this.#own, this.effects, chosen);
    const followed = {
      merge: (claim: Claim) => this.#table.merge(claim),
      replace: (claims: readonly Claim[]) => this.#replace(claims),
    };
    this.#follower = new Follower(followed, this.#history, this.effects, chosen);
    this.#lookups = new Lookups(this.effects, chosen);
  }

  /** When `tick` should be called next; Infinity: not until something happens. */
  get dueMs(): number {
    return Math.min(
      this.#reporter.dueMs,
      this.#follower.dueMs,
      this.#lookups.dueMs,
      this.#reign?.publisher.dueMs ?? Number.POSITIVE_INFINITY,
      this.#reign?.collector.dueMs ?? Number.POSITIVE_INFINITY,
    );
  }

  /** Where this node stands in the stream of changes; null where it holds no table. */
  get position(): Position | null {
    return this.#history.end;
  }

  get role(): Role | null {
    return this.#role;
  }

  /** What gossip says of everybody, this node included. */
  membersChanged(members: readonly TableMember[], nowMs: number): void {
    const ranked = rankMembers(members);
    const before = this.#members;
    this.#members = new Map(members.map((member) => [member.id, member]));
    this.#others = new Map(
      ranked.flatMap(({ id }) => {
        const member = this.#members.get(id);
        return member === undefined || id === this.self.id ? [] : [[id, member.generation]];
      }),
    );
    for (const node of [...this.#table.nodes()]) {
      if (this.#isOver(node, before.has(node))) this.#table.drop(node);
    }
    this.#take(ranked, nowMs);
    this.#settle(nowMs);
  }

  /** This node says about itself. */
  claim(claims: readonly WarmClaim[], nowMs: number): void {
    for (const claim of claims) this.#own.add(claim);
    this.#mergeOwn();
    this.#settle(nowMs);
  }

  /** Who holds a function warm; answered by an effect with this `call`, at once where this node has a table. */
  lookup(call: number, key: FunctionKey, nowMs: number): void {
    if (this.#answers) {
      this.effects.push({ kind: 'answer', call, holders: this.#holdersOf(key, this.self.id) });
    } else this.#lookups.ask(call, key, nowMs);
  }

  /** As Master: everything, in parts, for the node that is to rule next. Null where it is not, or that one takes no part. */
  handOver(heir: NodeId, nowMs: number): Iterable<SnapshotPart> | null {
    if (this.#reign === null || !this.#others.has(heir)) return null;
    this.#heir = heir;
    this.#tellReplicas(this.#reign, nowMs);
    return this.#reign.publisher.snapshot().parts;
  }

  /**
   * The Master has given this node the whole table: it follows from there as a Replica does, until it rules itself or
   * somebody else does. False where `from` is not the Master.
   */
  inherit(from: NodeId, position: Position, claims: readonly Claim[], nowMs: number): boolean {
    if (from !== this.#master || this.#role === 'master' || this.#role === null) return false;
    if (!this.#follower.inherit(position, claims)) return false;
    this.#heirOf = from;
    this.#follower.masterIs(from, nowMs);
    return true;
  }

  receive(from: NodeId, message: TableMessage, nowMs: number): void {
    this.#dispatch(from, message, nowMs);
    this.#settle(nowMs);
  }

  tick(nowMs: number): void {
    this.#reporter.tick(nowMs);
    this.#follower.tick(nowMs);
    this.#lookups.tick(nowMs);
    this.#reign?.publisher.tick(nowMs);
    this.#reign?.collector.tick(nowMs);
  }

  counters(): TableCounters {
    const { position } = this;
    return {
      epoch: position?.epoch.number ?? 0,
      offset: position?.offset ?? 0,
      claims: this.#table.size,
      functions: this.#table.functions,
      gaps: this.#follower.counts.gaps,
      refusedBatches: this.#follower.counts.refused,
      snapshots: this.#follower.counts.snapshots,
      lookupTimeouts: this.#lookups.timeouts,
      batches: this.#reign?.publisher.counts.batches ?? 0,
      reports: this.#reign?.collector.counts.reports ?? 0,
    };
  }

  /** All warm claims that this node holds of those who take part: for tests and the simulator. */
  *visibleClaims(): Generator<Claim> {
    for (const claim of this.#table.claims()) if (this.#isPresent(claim)) yield claim;
  }

  #dispatch(from: NodeId, message: TableMessage, nowMs: number): void {
    switch (message.kind) {
      case 'report':
        this.#report(from, message, true);
        return;
      case 'passed-on':
        this.#report(message.origin, message.report, false);
        return;
      case 'reported':
      case 'collect':
        this.#reporter.receive(from, message, nowMs);
        return;
      case 'follow':
        this.#reign?.publisher.follow(from, message.position, nowMs);
        return;
      case 'applied':
        this.#reign?.publisher.applied(from, message.position, nowMs);
        return;
      case 'part-taken':
        this.#reign?.publisher.partTaken(from, message.id, message.part, nowMs);
        return;
      case 'batch':
        this.#follower.batch(from, message, nowMs);
        return;
      case 'snapshot':
        this.#follower.snapshot(from, message, nowMs);
        return;
      case 'lookup': {
        const holders = this.#answers ? this.#holdersOf(message.key, from) : null;
        this.#send(from, { kind: 'holders', id: message.id, holders });
        return;
      }
      case 'holders':
        this.#lookups.receive(from, message, nowMs);
        return;
      default:
        message satisfies never;
    }
  }

  /** What a node says of itself; who is not the Master may have it passed on to whom it takes for that. */
  #report(origin: NodeId, report: Report, passOn: boolean): void {
    if (this.#others.get(origin) !== report.generation) return;
    if (this.#reign !== null) this.#reign.collector.report(origin, report);
    else if (passOn && this.#master !== null && this.#master !== origin) {
      this.#send(this.#master, { kind: 'passed-on', origin, report });
    }
  }

  /** Takes the role that the ranks give this node. */
  #take(ranked: readonly RankedMember[], nowMs: number): void {
    const { id } = this.self;
    const master = ranked[0]?.id ?? null;
    const role = ranked.find((member) => member.id === id)?.role ?? null;
    const replicas = ranked
      .filter((member) => member.role === 'replica')
      .map((member) => member.id);
    this.#replicas = replicas;
    this.#role = role;
    this.#master = master;
    if (this.#heirOf !== master || role === null) this.#heirOf = null;
    const follows = role === 'replica' || this.#heirOf !== null;
    if (role !== 'master') {
      this.#reign = null;
      this.#heir = null;
      if (!follows) this.#forget();
    }
    this.#follower.masterIs(follows ? master : null, nowMs);
    this.#reporter.masterIs(role === 'master' || role === null ? null : master, nowMs);
    this.#lookups.replicasAre(role === 'worker' ? replicasFor(id, replicas) : []);
    if (role === 'master') this.#rule(nowMs);
    const present = master !== null && this.#members.get(master)?.status === 'alive';
    if (present && !this.#masterPresent) this.#reporter.masterReturned(nowMs);
    this.#masterPresent = present;
  }

  #rule(nowMs: number): void {
    if (this.#reign === null) {
      const number = Math.max(this.#lastEpoch, this.position?.epoch.number ?? 0) + 1;
      const publisher = new Publisher(
        { number, master: this.self.id, generation: this.self.generation },
        () => this.#table.snapshot(),
        this.#history,
        this.effects,
        this.#parameters,
      );
      const publish = (claim: Claim): void => publisher.add(claim);
      const collector = new Collector(
        this.self.id,
        this.#table,
        publish,
        this.effects,
        this.#parameters,
      );
      this.#reign = { publisher, collector };
      this.#mergeOwn();
    }
    this.#tellReplicas(this.#reign, nowMs);
    this.#reign.collector.expect(this.#others, nowMs);
  }

  /** Whom the Master tells of all changes: its Replicas, and its heir. */
  #tellReplicas({ publisher }: Reign, nowMs: number): void {
    const heir = this.#heir !== null && this.#others.has(this.#heir) ? [this.#heir] : [];
    publisher.replicasAre([...new Set([...this.#replicas, ...heir])], nowMs);
  }

  /** A Worker holds no table, unless it is to rule next. */
  #forget(): void {
    if (this.position === null) return;
    this.#lastEpoch = Math.max(this.#lastEpoch, this.position.epoch.number);
    this.#table = new RoutingTable();
    this.#history.reset(null);
  }

  #replace(claims: readonly Claim[]): void {
    this.#table = new RoutingTable();
    for (const claim of claims) this.#table.load(claim);
  }

  #mergeOwn(): void {
    const { id, generation } = this.self;
    const { collector } = this.#reign ?? {};
    if (collector === undefined) return;
    collector.take(id, { generation, ...this.#own.since(collector.known(id, generation)) });
  }

  #settle(nowMs: number): void {
    this.#reign?.publisher.flush(nowMs);
    this.#reporter.tick(nowMs);
  }

  /** An heir may be behind without knowing: until it rules it asks, as every Worker does. */
  get #answers(): boolean {
    return this.position !== null && this.#role !== 'worker';
  }

  /** A choice of those who hold it: all where they are few, some of many, the asking node left out. */
  #holdersOf(key: FunctionKey, asking: NodeId): readonly Holder[] {
    const { holdersPerAnswerMax } = limits;
    const holders: Holder[] = [];
    let seen = 0;
    for (const claim of this.#table.holders(key)) {
      const { node, load } = claim;
      if (node === asking || !this.#isPresent(claim)) continue;
      // reservoir sampling (Vitter 1985, algorithm R): each of them is as likely as any other
      const at = seen < holdersPerAnswerMax ? seen : this.random.below(seen + 1);
      if (at < holdersPerAnswerMax) holders[at] = { node, load };
      seen++;
    }
    return holders;
  }

  /** Takes part, in the life of the claim, and can take work. */
  #isPresent({ node, generation }: Claim): boolean {
    if (node === this.self.id) return generation === this.self.generation;
    if (this.#others.get(node) !== generation) return false;
    return this.#members.get(node)?.degraded === false;
  }

  /** Its claims will never be true again: it has left, lives anew, or was forgotten since. */
  #isOver(node: NodeId, wasKnown: boolean): boolean {
    if (node === this.self.id) return false;
    const member = this.#members.get(node);
    // whoever is not known yet is no less alive: its claims may come before the news of it
    if (member === undefined) return wasKnown;
    const generation = this.#table.generationOf(node);
    if (member.generation === generation) return member.status === 'left';
    return member.generation > generation;
  }

  #send(to: NodeId, message: TableMessage): void {
    this.effects.push({ kind: 'send', to: [to], message });
  }
}

/** What a node's table has come to, for metrics. */
export interface TableCounters {
  readonly epoch: number;
  readonly offset: number;
  /** Warm claims held, and the functions they are about. */
  readonly claims: number;
  readonly functions: number;
  /** Batches that did not follow on from what this Replica held. */
  readonly gaps: number;
  /** Batches of an ended epoch. */
  readonly refusedBatches: number;
  /** Snapshots taken in. */
  readonly snapshots: number;
  /** Replicas that did not answer a lookup in time. */
  readonly lookupTimeouts: number;
  readonly batches: number;
  readonly reports: number;
}
