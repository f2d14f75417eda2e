/**
 * SWIM membership with Lifeguard as a pure core: packets and time in, packets to send out.
 *
 * Every node asks one other per interval whether it is there. Who does not answer, neither directly nor
 * through others nor over a stream, is suspect, and dead when it has not refuted in time: soon where
 * several say so, later where one does. A process whose stream breaks and whose port refuses another is
 * dead at once. News ride on the packets that are sent anyway; full syncs repair what loss left behind.
 * Since merging is taking the greater record (member-order.ts), no order of arrival can leave two nodes
 * with different views for good.
 *
 * Source: Das, Gupta, Motivala: SWIM, DSN 2002; Dadgar, Phillips, Currey: Lifeguard, arXiv 1707.00788;
 * hashicorp/memberlist for the numbers' shape.
 */
import { strict as assert } from 'node:assert';
import type { Random } from '../lib/index.js';
import { type ClusterId, limits, type NodeId } from '../types/index.js';
import { checkSayable, normalised } from './content.js';
import { type GossipCounters, newCounters } from './counters.js';
import { type Effect, type Exchanged, timeTold } from './effect.js';
import { LoadTurn } from './load-turn.js';
import { LocalHealth } from './local-health.js';
import {
  isLive,
  markOf,
  sameMeta,
  saysTheSame,
  softened,
  withCohort,
  withLoad,
} from './member-order.js';
import { MemberTable } from './member-table.js';
import type { Ack, DropReason, MemberRecord, Packet, PacketBody } from './packet.js';
import { parameters } from './parameters.js';
import { Prober, type ProbeStep } from './prober.js';
import { Relays } from './relays.js';
import { RoundTrip } from './round-trip.js';
import { Spread } from './spread.js';
import { SyncSchedule } from './sync-schedule.js';
import type { GossipIdentity, GossipMember, MemberMeta } from './types.js';
import { ViewAgreement } from './view-agreement.js';
import { WatchRing } from './watch-ring.js';

export class GossipCore {
  readonly counters: GossipCounters = newCounters();
  readonly #self: NodeId;
  readonly #generation: number;
  readonly #clusterId: ClusterId;
  readonly #table: MemberTable;
  readonly #spread: Spread;
  readonly #health = new LocalHealth();
  readonly #roundTrip = new RoundTrip();
  readonly #prober: Prober;
  readonly #relays = new Relays(parameters.relaysMax);
  readonly #syncs: SyncSchedule;
  readonly #agreement = new ViewAgreement();
  readonly #watch: WatchRing;
  #effects: Effect[] = [];
  #sequence: number;
  #left = false;
  #lastTickMs: number | null = null;
  #refreshAtMs = 0;
  #forgetAtMs = 0;
  readonly #loadTurn = new LoadTurn();
  #strangerAtMs = 0;
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
    this.#spread = new Spread(id, this.#table);
    this.#sequence = random.below(2 ** 32);
    const nextSequence = (): number => this.#nextSequence();
    this.#prober = new Prober(random, this.#health, this.#roundTrip, nextSequence);
    this.#syncs = new SyncSchedule(random);
    this.#watch = new WatchRing(id);
    const meta = normalised(identity.meta);
    const member: GossipMember = { id, generation, incarnation: 0, status: 'alive', cluster, meta };
    checkSayable({ ...member, endedS: 0, accusers: [] });
    this.#table.put(member, 0);
    this.#table.takeChanged();
    this.#spread.push(id, false, 0);
  }

  /** Everybody known, ourselves included, by id. The same object until something changes. */
  members(): readonly GossipMember[] {
    return this.#table.snapshot();
  }

  /** Checksum of the view, 16 hex digits: nodes that see the same cluster have the same. */
  view(): string {
    return this.#table.view();
  }

  /** Asks these addresses (`host:port`) for all they know, again and again until they answer. */
  join(addresses: readonly string[], nowMs: number): readonly Effect[] {
    for (const address of addresses) {
      if (address !== this.#me().cluster) this.#syncs.addSeed(address, nowMs);
    }
    this.#syncWhatIsDue(nowMs);
    return this.#flush();
  }

  /** Says goodbye to some members, at most 32 per call; from the first call on this node takes no part. */
  leave(nowMs: number): readonly Effect[] {
    if (!this.#left) {
      this.#left = true;
      const me = this.#me();
      this.#table.put({ ...me, status: 'left', incarnation: me.incarnation + 1 }, nowMs);
      this.#effects.push({ kind: 'watch', members: [] });
    }
    const updates = this.#spread.records([this.#self], nowMs);
    for (const id of this.#table.someLive(this.random, parameters.leaveFanout)) {
      this.#sendTo(id, { kind: 'gossip' }, updates);
    }
    return this.#flush();
  }

  /** Changes what we say about ourselves; everybody is told. Throws `invalid-parameter` as above. */
  setMeta(meta: MemberMeta, nowMs: number): readonly Effect[] {
    const me = this.#me();
    const next = withCohort({ ...me, meta: normalised(meta) }, me).meta;
    if (this.#left || sameMeta(me.meta, next)) return [];
    const loadOnly = sameMeta(withLoad(me.meta, next), next);
    if (!this.#loadTurn.take(loadOnly, this.#table.live().size + 1, nowMs)) return [];
    checkSayable({ ...me, meta: next, endedS: 0, accusers: [] });
    const urgent = next.cohort > me.meta.cohort;
    this.#sayOfOurselves({ ...me, meta: next, incarnation: me.incarnation + 1 }, urgent, nowMs);
    return this.#flush();
  }

  /** Takes a datagram that came from `fromAddress`, or the reply to an exchange with it (`host:port`). */
  receive(packet: Packet, fromAddress: string, nowMs: number): readonly Effect[] {
    const refusal = this.#refusal(packet);
    if (refusal !== null) this.#refuse(refusal, packet, fromAddress, nowMs);
    else if (this.#left) this.#repeatGoodbye(packet, fromAddress, nowMs);
    if (refusal !== null || this.#left) return this.#flush();
    const behind = this.#takeNews(packet, nowMs);
    if (behind && packet.body.kind !== 'ping') {
      const updates = this.#spread.records([this.#self], nowMs);
      this.#send(fromAddress, { kind: 'gossip' }, updates);
    }
    this.#answer(packet, fromAddress, behind, nowMs);
    this.#compareViews(packet, fromAddress, nowMs);
    this.#gossip(false, nowMs);
    return this.#flush();
  }

  /** Takes a packet that came as a request on a stream; the reply goes back on it. */
  exchange(packet: Packet, nowMs: number): Exchanged {
    const refusal = this.#refusal(packet);
    if (refusal !== null) this.counters.dropped[refusal]++;
    if (refusal !== null || this.#left) return { reply: null, effects: [] };
    this.#takeNews(packet, nowMs);
    const { body } = packet;
    let reply: Packet | null = null;
    if (body.kind === 'ping') {
      const ack: PacketBody = { kind: 'ack', sequence: body.sequence, target: this.#self };
      reply = this.#packet(ack, this.#spread.updates([packet.from], nowMs));
    } else if (body.kind === 'sync') {
      if (this.#syncRepliesLeft-- > 0) reply = this.#everything(nowMs);
      else this.counters.dropped.busy++;
    }
    this.#gossip(false, nowMs);
    return { reply, effects: this.#flush() };
  }

  /**
   * The stream to a watched member broke. `refused`: its host is there and refuses another, so the process
   * is gone; unless it still answers a probe, by any way, it is declared dead at once.
   */
  streamBroken(id: NodeId, generation: number, refused: boolean, nowMs: number): readonly Effect[] {
    const member = this.#table.get(id);
    if (this.#left || member?.generation !== generation || !isLive(member)) return [];
    this.#probe(this.#prober.outOfTurn(id, refused ? 'proof' : 'confirm', nowMs), nowMs);
    return this.#flush();
  }

  /** Lets time pass; wants to be called every `parameters.tickIntervalMs`. */
  tick(nowMs: number): readonly Effect[] {
    const gapMs = nowMs - (this.#lastTickMs ?? nowMs);
    this.#lastTickMs = nowMs;
    if (this.#left) return this.#flush();
    if (gapMs > parameters.stallMs) this.#stoodStill(gapMs, nowMs);
    for (const suspect of this.#table.convictable(nowMs)) {
      this.counters.convicted++;
      this.#take({ ...suspect, status: 'dead', endedS: 0, accusers: [] }, false, nowMs);
    }
    this.#probe(this.#prober.step(nowMs, this.#table.live()), nowMs);
    for (const { origin, originSequence, target } of this.#relays.nacksDue(nowMs)) {
      this.#send(origin, { kind: 'nack', sequence: originSequence, target }, []);
    }
    this.#keepHouse(nowMs);
    this.#syncWhatIsDue(nowMs);
    this.#gossip(true, nowMs);
    return this.#flush();
  }

  #refusal(packet: Packet): DropReason | null {
    if (packet.clusterId !== this.#clusterId) return 'other-cluster';
    if (packet.from === this.#self) return 'own-packet';
    const known = this.#table.get(packet.from);
    if (known !== undefined && packet.generation < known.generation) return 'old-generation';
    const { body } = packet;
    return body.kind === 'ping' && body.target !== this.#self ? 'other-target' : null;
  }

  #refuse(reason: DropReason, packet: Packet, fromAddress: string, nowMs: number): void {
    this.counters.dropped[reason]++;
    if (reason !== 'old-generation' || nowMs < this.#strangerAtMs) return;
    // Two processes with one id: the older one has to hear of it.
    this.#strangerAtMs = nowMs + parameters.strangerPauseMs;
    this.#send(fromAddress, { kind: 'gossip' }, this.#spread.records([packet.from], nowMs));
  }

  /** Who still asks us has not heard it; and while we finish our work we are not to be taken for dead. */
  #repeatGoodbye({ body }: Packet, fromAddress: string, nowMs: number): void {
    if (body.kind !== 'ping') return;
    const ack: PacketBody = { kind: 'ack', sequence: body.sequence, target: this.#self };
    this.#send(fromAddress, ack, this.#spread.records([this.#self], nowMs));
  }

  /** True where the sender is behind in what it knows of us. */
  #takeNews(packet: Packet, nowMs: number): boolean {
    this.#spread.heard(nowMs);
    let behind = false;
    for (const news of packet.updates) {
      if (news.id === this.#self) behind = this.#hearAboutSelf(news, nowMs) || behind;
      else this.#hear(news, packet.body.kind === 'sync' && news.id !== packet.from, nowMs);
    }
    return behind;
  }

  /** Takes what somebody says. `hearsay`: in a full sync, and not what the sender says of itself. */
  #hear(record: MemberRecord, hearsay: boolean, nowMs: number): void {
    const accused = !hearsay && this.#table.accusersOf(record.id).length > 0;
    const news = softened(record, this.#table.get(record.id), accused);
    if (!this.#take(news, hearsay, nowMs) || news === record) return;
    this.#probe(this.#prober.outOfTurn(news.id, 'hearsay', nowMs), nowMs);
  }

  /** Takes what counts more than what we know; true where it did. */
  #take(news: MemberRecord, hearsay: boolean, nowMs: number): boolean {
    const known = this.#table.get(news.id);
    const result = this.#table.merge(news, nowMs);
    if (result !== 'taken') {
      if (result !== 'known') this.counters.dropped[result]++;
      return false;
    }
    const is = isLive(news);
    const changed = (known !== undefined && isLive(known)) !== is;
    const reborn = known !== undefined && known.generation !== news.generation;
    const outranks = known !== undefined && known.meta.cohort < news.meta.cohort;
    // Whom we only had to be told of is no news to the others.
    if (!(hearsay && known === undefined))
      this.#spread.push(news.id, changed || reborn || outranks, nowMs);
    if (is && changed) this.#prober.added(news.id);
    if (reborn) this.#prober.cancel(news.id);
    if (news.status === 'suspect' && known?.status === 'alive') this.#confirm(news, nowMs);
    return true;
  }

  /** Some of us see at once whether a suspicion is right, so that it need not wait for their turn. */
  #confirm({ id, accusers }: MemberRecord, nowMs: number): void {
    if (accusers.length === 0 || accusers.includes(markOf(this.#self))) return;
    if (this.random.next() * this.#table.live().size >= parameters.confirmersWanted) return;
    this.#probe(this.#prober.outOfTurn(id, 'confirm', nowMs), nowMs);
  }

  #accuse(id: NodeId, nowMs: number): void {
    const target = this.#table.get(id);
    if (target === undefined || !isLive(target)) return;
    if (target.status === 'alive') this.counters.suspected++;
    const accusers = [markOf(this.#self)];
    this.#take({ ...target, status: 'suspect', endedS: 0, accusers }, false, nowMs);
  }

  /** No answer, and more than our own word for it: a port that refuses, or the conviction by others. */
  #convict({ target, reason }: ProbeStep & { readonly kind: 'failed' }, nowMs: number): void {
    const member = this.#table.get(target);
    const proven = reason === 'proof';
    if (member === undefined || !(proven ? isLive(member) : member.status === 'suspect')) return;
    this.counters[proven ? 'proven' : 'convicted']++;
    this.#take({ ...member, status: 'dead', endedS: 0, accusers: [], proven }, false, nowMs);
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
      (news.incarnation === me.incarnation && !saysTheSame(news, me));
    if (news.status === 'alive' && !forgotten) return false;
    if (news.incarnation >= me.incarnation) {
      this.counters.refuted++;
      this.#health.refuted();
      const incarnation = news.incarnation + 1;
      this.#sayOfOurselves({ ...me, incarnation }, news.status === 'dead', nowMs);
    }
    return true;
  }

  #sayOfOurselves(me: GossipMember, urgent: boolean, nowMs: number): void {
    this.#table.put(me, nowMs);
    this.#spread.push(this.#self, urgent, nowMs);
  }

  #answer({ body, from }: Packet, fromAddress: string, behind: boolean, nowMs: number): void {
    switch (body.kind) {
      case 'ping': {
        // Who pings us and is not alive in our eyes is told so, to refute at once.
        const first = behind ? [this.#self, from] : [from];
        const ack: PacketBody = { kind: 'ack', sequence: body.sequence, target: this.#self };
        this.#send(fromAddress, ack, this.#spread.updates(first, nowMs));
        break;
      }
      case 'ack':
        this.#acknowledge(body, from, nowMs);
        break;
      case 'nack':
        this.#prober.notAcknowledged(body.sequence, body.target);
        break;
      case 'ping-request':
        this.#relay(body.sequence, body.target, fromAddress, nowMs);
        break;
      case 'sync':
        this.#syncs.answered(fromAddress);
        break;
      case 'gossip':
        break;
    }
  }

  #acknowledge(ack: Ack, from: NodeId, nowMs: number): void {
    const { sequence, target } = ack;
    const answer = this.#prober.acknowledged(sequence, target, from, nowMs);
    if (answer?.way === 'stream') this.counters.ackedByStreamOnly++;
    this.#effects.push(...timeTold(ack, answer));
    const relay = answer === null && from === target ? this.#relays.take(sequence, target) : null;
    if (!relay) return;
    const relayed: PacketBody = { kind: 'ack', sequence: relay.originSequence, target };
    this.#send(relay.origin, relayed, this.#spread.updates([], nowMs));
  }

  #relay(originSequence: number, target: NodeId, origin: string, nowMs: number): void {
    if (target === this.#self || this.#table.get(target) === undefined) return;
    const sequence = this.#nextSequence();
    const waitMs = this.#roundTrip.timeoutMs(parameters.ackTimeoutMinMs);
    const nackAtMs = nowMs + waitMs * parameters.nackAfterFactor;
    const expiresAtMs = nowMs + 2 * parameters.ackTimeoutMaxMs;
    if (this.#relays.add(sequence, { origin, originSequence, target, nackAtMs, expiresAtMs })) {
      this.#ping(sequence, target, nowMs);
    } else this.counters.dropped.busy++;
  }

  /** Strangers and lasting differences of views are reasons to compare everything. */
  #compareViews(packet: Packet, fromAddress: string, nowMs: number): void {
    if (packet.body.kind === 'sync') return;
    const known = this.#table.get(packet.from);
    if (known === undefined || known.generation < packet.generation) {
      if (nowMs < this.#strangerAtMs) return;
      this.#strangerAtMs = nowMs + parameters.strangerPauseMs;
      this.#sync(fromAddress, nowMs);
    } else if (this.#agreement.observe(this.view(), packet.view, nowMs)) {
      this.#sync(known.cluster, nowMs);
    }
  }

  #probe(steps: readonly ProbeStep[], nowMs: number): void {
    for (const step of steps) {
      const { kind, target } = step;
      if (kind === 'ping') this.#ping(step.sequence, target, nowMs);
      else if (kind === 'ask-others') this.#askOthers(step, nowMs);
      else if (step.reason === 'proof' || step.reason === 'hearsay') this.#convict(step, nowMs);
      else this.#accuse(target, nowMs);
    }
  }

  #askOthers(step: ProbeStep & { readonly kind: 'ask-others' }, nowMs: number): void {
    const { sequence, streamSequence, target } = step;
    const helpers = this.#table.someLive(this.random, parameters.indirectProbes, target);
    for (const id of helpers) {
      const request: PacketBody = { kind: 'ping-request', sequence, target };
      this.#sendTo(id, request, this.#spread.updates([], nowMs));
    }
    this.#prober.helpersAsked(sequence, helpers.length);
    const address = this.#table.get(target)?.cluster;
    if (streamSequence === null || address === undefined) return;
    const ping: PacketBody = { kind: 'ping', sequence: streamSequence, target };
    const packet = this.#packet(ping, this.#spread.updates([target], nowMs));
    this.#effects.push({ kind: 'exchange', to: address, packet });
  }

  #ping(sequence: number, target: NodeId, nowMs: number): void {
    // The suspect hears of the suspicion with the ping itself (Lifeguard's "buddy system").
    const updates = this.#spread.updates([target], nowMs);
    this.#sendTo(target, { kind: 'ping', sequence, target }, updates);
  }

  #gossip(ticking: boolean, nowMs: number): void {
    for (const id of this.#table.someLive(this.random, this.#spread.fanout(ticking, nowMs))) {
      const updates = this.#spread.updates([], nowMs);
      if (updates.length > 0) this.#sendTo(id, { kind: 'gossip' }, updates);
    }
  }

  /** This process stood still for `gapMs`: what it did not hear meanwhile convicts nobody. */
  #stoodStill(gapMs: number, nowMs: number): void {
    this.counters.stalls++;
    this.#prober.rearm(nowMs);
    this.#table.rearmSuspicions(nowMs);
    this.#spread.heard(nowMs);
    if (gapMs <= parameters.announceStallMs || this.#table.live().size === 0) return;
    const me = this.#me();
    this.#sayOfOurselves({ ...me, incarnation: me.incarnation + 1 }, true, nowMs);
  }

  #keepHouse(nowMs: number): void {
    if (nowMs >= this.#refreshAtMs) {
      this.#refreshAtMs = nowMs + parameters.gossipIntervalMs;
      this.#syncRepliesLeft = parameters.syncRepliesMax;
      this.#relays.expire(nowMs);
    }
    if (nowMs < this.#forgetAtMs) return;
    this.#forgetAtMs = nowMs + 1000;
    for (const id of this.#table.forget(nowMs)) this.#spread.forget(id);
  }

  #syncWhatIsDue(nowMs: number): void {
    if (this.#left) return;
    const due = this.#syncs.due(nowMs, this.#table.liveList(), this.#table.dead());
    for (const address of due.seeds) this.#sync(address, nowMs);
    const live = due.live === null ? undefined : this.#table.get(due.live);
    if (live !== undefined) this.#sync(live.cluster, nowMs);
    // No probe waits for the answer: who is there after all refutes, and we compare everything.
    if (due.dead !== null) this.#ping(this.#nextSequence(), due.dead, nowMs);
  }

  /** Compares all that we know with all that they know. */
  #sync(to: string, nowMs: number): void {
    this.#effects.push({ kind: 'exchange', to, packet: this.#everything(nowMs) });
  }

  #everything(nowMs: number): Packet {
    return this.#packet({ kind: 'sync' }, this.#spread.records(this.#table.ids(), nowMs));
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
    this.#effects.push({ kind: 'send', to, packet: this.#packet(body, updates) });
  }

  #packet(body: PacketBody, updates: readonly MemberRecord[]): Packet {
    const envelope = { clusterId: this.#clusterId, from: this.#self, generation: this.#generation };
    const compared = body.kind === 'ping' || body.kind === 'ack' || body.kind === 'sync';
    return { ...envelope, updates, view: compared ? this.view() : '', body };
  }

  #flush(): readonly Effect[] {
    const watched = this.#left ? null : this.#watch.next(this.#table);
    if (watched !== null) this.#effects.push({ kind: 'watch', members: watched });
    if (this.#table.takeChanged()) this.#effects.push({ kind: 'changed' });
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
