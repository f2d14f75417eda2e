/**
 * SWIM membership as a pure core: packets and time in, packets to send out.
 *
 * Every node asks one other per interval whether it is there. Who does not answer, neither directly nor
 * through others, is suspect, and dead when it has not refuted in time. News ride on the packets that are
 * sent anyway; full syncs repair what loss left behind. Since merging is taking the greater record
 * (member-order.ts), no order of arrival can leave two nodes with different views for good.
 *
 * Source: Das, Gupta, Motivala: SWIM, DSN 2002; hashicorp/memberlist for the numbers' shape.
 */
import { strict as assert } from 'node:assert';
import type { Random } from '../lib/index.js';
import { type ClusterId, limits, type NodeId } from '../types/index.js';
import { checkSayable, updatesBytesMax } from './codec.js';
import { type GossipCounters, newCounters } from './counters.js';
import { isLive, looksTheSame, sameMeta } from './member-order.js';
import { MemberTable } from './member-table.js';
import type { DropReason, MemberRecord, Packet, PacketBody } from './packet.js';
import { parameters, retransmitLimit } from './parameters.js';
import { Prober } from './prober.js';
import { Relays } from './relays.js';
import { SyncSchedule } from './sync-schedule.js';
import type { GossipMember, MemberMeta } from './types.js';
import { UpdateQueue } from './update-queue.js';

export type Effect =
  /** Send a packet to `host:port`, or lose it: what matters is repeated. */
  | { readonly kind: 'send'; readonly to: string; readonly packet: Packet }
  /** The snapshot of the members looks different now. */
  | { readonly kind: 'changed' }
  /** Somebody else lives under our id in this generation, or our generation has said goodbye. */
  | { readonly kind: 'conflict'; readonly generation: number };

export interface GossipIdentity {
  readonly clusterId: ClusterId;
  readonly id: NodeId;
  /** Higher after each restart. */
  readonly generation: number;
  /** `host:port` under which others reach us. */
  readonly cluster: string;
  readonly meta: MemberMeta;
}

export class GossipCore {
  readonly counters: GossipCounters = newCounters();
  readonly #self: NodeId;
  readonly #generation: number;
  readonly #clusterId: ClusterId;
  readonly #table: MemberTable;
  readonly #queue = new UpdateQueue();
  readonly #prober: Prober;
  readonly #relays = new Relays(parameters.relaysMax);
  readonly #syncs: SyncSchedule;
  #effects: Effect[] = [];
  #sequence: number;
  #left = false;
  #lastTickMs: number | null = null;
  #gossipAtMs = 0;
  #introducedAtMs = Number.NEGATIVE_INFINITY;
  #syncRepliesLeft: number = parameters.syncRepliesMax;

  /** Throws `invalid-parameter` where an address or the release name cannot be told to others. */
  constructor(
    private readonly random: Random,
    identity: GossipIdentity,
  ) {
    const { id, generation, cluster } = identity;
    this.#self = id;
    this.#generation = generation;
    this.#clusterId = identity.clusterId;
    this.#table = new MemberTable(id, limits.membersMax);
    this.#prober = new Prober(random);
    this.#syncs = new SyncSchedule(random);
    this.#sequence = random.below(2 ** 32);
    const meta = normalised(identity.meta);
    const member: GossipMember = { id, generation, incarnation: 0, status: 'alive', cluster, meta };
    checkSayable({ ...member, endedS: 0 });
    this.#table.put(member, 0);
    this.#table.takeChanged();
    this.#queue.push(id);
  }

  /** Everybody known, ourselves included, by id. The same object until something changes. */
  members(): readonly GossipMember[] {
    return this.#table.snapshot();
  }

  /** Asks these addresses (`host:port`) for all they know, again and again until they answer. */
  join(addresses: readonly string[], nowMs: number): readonly Effect[] {
    for (const address of addresses) {
      if (address !== this.#me().cluster) this.#syncs.addSeed(address, nowMs);
    }
    this.#syncWhatIsDue(nowMs);
    return this.#flush();
  }

  /** Says goodbye to some members, at most 10 per call; from the first call on this node takes no part. */
  leave(nowMs: number): readonly Effect[] {
    if (!this.#left) {
      this.#left = true;
      const me = this.#me();
      this.#table.put({ ...me, status: 'left', incarnation: me.incarnation + 1 }, nowMs);
    }
    const updates = this.#records([this.#self], nowMs);
    for (const id of this.#someLive(parameters.leaveFanout)) {
      this.#sendTo(id, { kind: 'gossip' }, updates);
    }
    return this.#flush();
  }

  /** Changes what we say about ourselves; everybody is told. Throws `invalid-parameter` as above. */
  setMeta(meta: MemberMeta, nowMs: number): readonly Effect[] {
    const me = this.#me();
    const next = normalised(meta);
    if (this.#left || sameMeta(me.meta, next)) return [];
    const member = { ...me, meta: next, incarnation: me.incarnation + 1 };
    checkSayable({ ...member, endedS: 0 });
    this.#table.put(member, nowMs);
    this.#queue.push(this.#self);
    return this.#flush();
  }

  /** Takes a packet that came from `fromAddress` (`host:port`). */
  receive(packet: Packet, fromAddress: string, nowMs: number): readonly Effect[] {
    const refusal = this.#refusal(packet);
    if (refusal !== null) this.counters.dropped[refusal]++;
    if (refusal !== null || this.#left) return [];
    const { body } = packet;
    let behind = false;
    for (const news of packet.updates) {
      if (news.id === this.#self) behind = this.#hearAboutSelf(news, nowMs) || behind;
      else this.#hear(news, body.kind === 'sync', nowMs);
    }
    if (behind && body.kind !== 'ping') {
      this.#send(fromAddress, { kind: 'gossip' }, this.#records([this.#self], nowMs));
    }
    this.#answer(packet, fromAddress, behind, nowMs);
    return this.#flush();
  }

  /** Lets time pass; wants to be called every `parameters.tickIntervalMs`. */
  tick(nowMs: number): readonly Effect[] {
    const gapMs = nowMs - (this.#lastTickMs ?? nowMs);
    this.#lastTickMs = nowMs;
    if (this.#left) return [];
    if (gapMs > parameters.stallMs) {
      this.counters.stalls++;
      this.#prober.rearm(nowMs);
      this.#table.rearmSuspicions(nowMs);
    }
    for (const suspect of this.#table.convictable(nowMs)) {
      this.counters.convicted++;
      this.#hear({ ...suspect, status: 'dead', endedS: 0 }, false, nowMs);
    }
    this.#probe(nowMs);
    if (nowMs >= this.#gossipAtMs) {
      this.#gossipAtMs = nowMs + parameters.gossipIntervalMs;
      this.#syncRepliesLeft = parameters.syncRepliesMax;
      this.#gossip(nowMs);
      this.#relays.expire(nowMs);
      for (const id of this.#table.forget(nowMs)) this.#queue.delete(id);
    }
    this.#syncWhatIsDue(nowMs);
    return this.#flush();
  }

  #refusal(packet: Packet): DropReason | null {
    if (packet.clusterId !== this.#clusterId) return 'other-cluster';
    if (packet.from === this.#self) return 'own-packet';
    const { body } = packet;
    return body.kind === 'ping' && body.target !== this.#self ? 'other-target' : null;
  }

  #hear(record: MemberRecord, bySync: boolean, nowMs: number): void {
    const known = this.#table.get(record.id);
    const news = bySync ? softened(record, known) : record;
    const result = this.#table.merge(news, nowMs);
    if (result === 'taken') {
      this.#queue.push(news.id);
      if (isLive(news) && !(known !== undefined && isLive(known))) this.#prober.added(news.id);
    } else if (result !== 'known') this.counters.dropped[result]++;
  }

  /** True where the sender is behind and has to be told that we are there. */
  #hearAboutSelf(news: MemberRecord, nowMs: number): boolean {
    const me = this.#me();
    if (news.generation < me.generation) return false;
    if (news.generation > me.generation || news.status === 'left') {
      this.#effects.push({ kind: 'conflict', generation: news.generation });
      return false;
    }
    if (news.incarnation - me.incarnation > parameters.incarnationJumpMax) {
      this.counters.dropped['incarnation-jump']++;
      return false;
    }
    // Our own words of before a restart that did not raise the generation: ours have to count again.
    const forgotten =
      news.incarnation > me.incarnation ||
      (news.incarnation === me.incarnation && !looksTheSame(news, me));
    if (news.status === 'alive' && !forgotten) return false;
    if (news.incarnation >= me.incarnation) {
      this.counters.refuted++;
      this.#table.put({ ...me, incarnation: news.incarnation + 1 }, nowMs);
      this.#queue.push(this.#self);
    }
    return true;
  }

  #answer(packet: Packet, fromAddress: string, behind: boolean, nowMs: number): void {
    const { body, from } = packet;
    switch (body.kind) {
      case 'ping': {
        // Who pings us and is not alive in our eyes is told so, to refute at once.
        const first = behind ? [this.#self, from] : [from];
        const ack: PacketBody = { kind: 'ack', sequence: body.sequence, target: this.#self };
        this.#send(fromAddress, ack, this.#filled(first, nowMs));
        break;
      }
      case 'ack':
        this.#acknowledge(body.sequence, body.target, from, nowMs);
        break;
      case 'ping-request':
        this.#relay(body.sequence, body.target, fromAddress, nowMs);
        break;
      case 'sync':
        this.#syncs.answered(fromAddress);
        if (!body.replyWanted) break;
        if (this.#syncRepliesLeft-- > 0) this.#sync(fromAddress, from, false, nowMs);
        else this.counters.dropped.busy++;
        break;
      case 'gossip':
        break;
    }
    if (body.kind !== 'sync') this.#introduce(packet, fromAddress, nowMs);
  }

  #acknowledge(sequence: number, target: NodeId, from: NodeId, nowMs: number): void {
    if (this.#prober.acknowledged(sequence, target) || from !== target) return;
    const relay = this.#relays.take(sequence, target);
    if (relay === undefined) return;
    const ack: PacketBody = { kind: 'ack', sequence: relay.originSequence, target };
    this.#send(relay.origin, ack, this.#filled([], nowMs));
  }

  #relay(originSequence: number, target: NodeId, origin: string, nowMs: number): void {
    if (target === this.#self || this.#table.get(target) === undefined) return;
    const sequence = this.#nextSequence();
    const expiresAtMs = nowMs + parameters.probeIntervalMs;
    if (this.#relays.add(sequence, { origin, originSequence, target, expiresAtMs })) {
      this.#ping(sequence, target, nowMs);
    } else this.counters.dropped.busy++;
  }

  /** Somebody we do not know, or not in this life, talks to us: compare everything. */
  #introduce(packet: Packet, fromAddress: string, nowMs: number): void {
    const known = this.#table.get(packet.from);
    if (known !== undefined && known.generation >= packet.generation) return;
    if (nowMs - this.#introducedAtMs < parameters.gossipIntervalMs) return;
    this.#introducedAtMs = nowMs;
    this.#sync(fromAddress, packet.from, true, nowMs);
  }

  #probe(nowMs: number): void {
    const sequence = (): number => this.#nextSequence();
    for (const step of this.#prober.step(nowMs, this.#table.live(), sequence)) {
      switch (step.kind) {
        case 'ping':
          this.#ping(step.sequence, step.target, nowMs);
          break;
        case 'ask-others':
          for (const id of this.#someLive(parameters.indirectProbes, step.target)) {
            const { sequence, target } = step;
            this.#sendTo(id, { kind: 'ping-request', sequence, target }, this.#filled([], nowMs));
          }
          break;
        case 'failed': {
          const target = this.#table.get(step.target);
          if (target?.status !== 'alive') break;
          this.counters.suspected++;
          this.#hear({ ...target, status: 'suspect', endedS: 0 }, false, nowMs);
        }
      }
    }
  }

  #ping(sequence: number, target: NodeId, nowMs: number): void {
    // The suspect hears of the suspicion with the ping itself (Lifeguard's "buddy system").
    this.#sendTo(target, { kind: 'ping', sequence, target }, this.#filled([target], nowMs));
  }

  #gossip(nowMs: number): void {
    if (this.#queue.size === 0) return;
    for (const id of this.#someLive(parameters.gossipFanout)) {
      const updates = this.#filled([], nowMs);
      if (updates.length > 0) this.#sendTo(id, { kind: 'gossip' }, updates);
    }
  }

  #syncWhatIsDue(nowMs: number): void {
    if (this.#left) return;
    const due = this.#syncs.due(nowMs, this.#table.live(), () => this.#table.dead());
    for (const address of due.seeds) this.#sync(address, null, true, nowMs);
    for (const id of due.members) {
      const member = this.#table.get(id);
      if (member !== undefined) this.#sync(member.cluster, id, true, nowMs);
    }
  }

  /** All that we know, in pages; ourselves and the peer first, since those may need an answer. */
  #sync(to: string, peer: NodeId | null, replyWanted: boolean, nowMs: number): void {
    const first = peer === null ? [this.#self] : [this.#self, peer];
    const rest = this.members().filter(({ id }) => !first.includes(id));
    const pages: MemberRecord[][] = [];
    let page: MemberRecord[] = [];
    let roomBytes = updatesBytesMax;
    for (const record of this.#records([...first, ...rest.map(({ id }) => id)], nowMs)) {
      const bytes = this.#table.bytesOf(record.id);
      if (bytes > roomBytes) {
        pages.push(page);
        page = [];
        roomBytes = updatesBytesMax;
      }
      page.push(record);
      roomBytes -= bytes;
    }
    pages.push(page);
    pages.forEach((updates, index) => {
      const wanted = replyWanted && index === pages.length - 1;
      this.#send(to, { kind: 'sync', replyWanted: wanted }, updates);
    });
  }

  /** As much news as fits in a packet, after the records of `first` that are not simply alive. */
  #filled(first: readonly NodeId[], nowMs: number): MemberRecord[] {
    const forced = first.filter(
      (id) => id === this.#self || (this.#table.get(id)?.status ?? 'alive') !== 'alive',
    );
    const forcedBytes = forced.reduce((sum, id) => sum + this.#table.bytesOf(id), 0);
    const limit = retransmitLimit(this.#table.live().size + 1);
    const taken = this.#queue.take(updatesBytesMax - forcedBytes, limit, (id) =>
      forced.includes(id) ? Number.POSITIVE_INFINITY : this.#table.bytesOf(id),
    );
    return this.#records([...forced, ...taken], nowMs);
  }

  #records(ids: readonly NodeId[], nowMs: number): MemberRecord[] {
    return ids.map((id) => this.#table.record(id, nowMs)).filter((record) => record !== undefined);
  }

  #someLive(count: number, but?: NodeId): NodeId[] {
    const others = [...this.#table.live()].filter((id) => id !== but);
    return this.random.shuffled(others).slice(0, count);
  }

  #me(): GossipMember {
    const me = this.#table.get(this.#self);
    assert(me !== undefined && me.generation === this.#generation, 'we are in our own table');
    return me;
  }

  #nextSequence(): number {
    this.#sequence = (this.#sequence + 1) >>> 0;
    return this.#sequence;
  }

  #sendTo(id: NodeId, body: PacketBody, updates: readonly MemberRecord[]): void {
    const member = this.#table.get(id);
    if (member !== undefined) this.#send(member.cluster, body, updates);
  }

  #send(to: string, body: PacketBody, updates: readonly MemberRecord[]): void {
    const envelope = { clusterId: this.#clusterId, from: this.#self, generation: this.#generation };
    this.#effects.push({ kind: 'send', to, packet: { ...envelope, updates, body } });
  }

  #flush(): readonly Effect[] {
    if (this.#table.takeChanged()) this.#effects.push({ kind: 'changed' });
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}

/**
 * A full sync may come from the other half of a partition: whom it believes dead and we know alive gets
 * the chance to refute, instead of being struck off everywhere for a moment.
 */
function softened(record: MemberRecord, known: GossipMember | undefined): MemberRecord {
  if (record.status !== 'dead' || known === undefined || !isLive(known)) return record;
  if (record.generation !== known.generation) return record;
  return { ...record, status: 'suspect', endedS: 0 };
}

/** Load in steps of 0.05 between 0 and 1, as it travels. */
function normalised(meta: MemberMeta): MemberMeta {
  return { ...meta, load: Math.min(20, Math.max(0, Math.round(meta.load * 20))) / 20 };
}
