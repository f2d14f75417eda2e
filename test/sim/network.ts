/**
 * A cluster of real gossip cores in one thread under one seed, on simulated time. Every packet is really
 * encoded and decoded. Links lose, double, delay and reorder; processes stall, are killed, fall silent,
 * leave and start again; whatever happens can be cut off from whatever else.
 */
import { strict as assert } from 'node:assert';
import {
  type Effect,
  type GossipCore,
  type GossipMember,
  gossipParameters,
  type Packet,
  type WatchedMember,
} from '../../src/gossip/index.js';
import { type Random, seededRandom } from '../../src/lib/index.js';
import { type ClusterId, clusterId, limits, nodeId } from '../../src/types/index.js';
import { EventHeap } from '../log/sim/heap.js';
import { Invariants } from './invariants.js';
import { delayMs, type Link, lan, streamDelayMs } from './link.js';
import { SimulatedNode } from './node.js';
import { Streams } from './streams.js';
import { viewDiff } from './view-diff.js';
import { describeViews, type SameMember, sameWords, viewsEqual } from './views.js';

export { SimulatedNode } from './node.js';

export const testCluster = clusterId('c'.repeat(32));

/** Of IP and UDP. */
const datagramHeaderBytes = 28;
/** Between the two goodbyes and after the second, as the actor spaces them. */
const leavePauseMs = 20;

export interface NetworkOptions {
  /** Seals every packet; none: plain. */
  readonly secret: Uint8Array | null;
  readonly link: Link;
  /** A tick comes up to this much late. */
  readonly tickJitterMs: number;
  /** Clocks run up to this share fast or slow: 0.0001 is 100 ppm. */
  readonly clockDrift: number;
  /** Clocks start anywhere between 0 and this. */
  readonly clockOriginMs: number;
  /** Whether every step is checked. Off where a test forges what nobody has said. */
  readonly invariants: boolean;
}

export interface NodeOptions {
  readonly generation?: number;
  readonly cluster?: ClusterId;
  readonly http?: string;
  /** `host:port`; else one made from the number. */
  readonly address?: string;
}

/** `viewer` believes something else about one member than before. */
export type ViewListener = (
  viewer: SimulatedNode,
  before: GossipMember | undefined,
  after: GossipMember | undefined,
) => void;

export class SimulatedNetwork {
  readonly random: Random;
  /** Everybody who has started, each in its latest life. */
  readonly nodes: SimulatedNode[] = [];
  nowMs = 0;
  /** How all links are, unless `linkOf` says otherwise. May change at any time. */
  link: Link;
  datagrams = 0;
  /** Full syncs that somebody asked for. */
  syncsAsked = 0;
  /** Called after every core step. */
  check: (node: SimulatedNode) => void = () => {};
  /** Called for every record that changes in a view, besides the incarnation alone. */
  onNews: ViewListener = () => {};
  /** True where packets pass, in this direction. */
  passes: (from: SimulatedNode, to: SimulatedNode) => boolean = () => true;
  /** A link of its own, if any. */
  linkOf: (from: SimulatedNode, to: SimulatedNode) => Link | null = () => null;
  readonly #options: NetworkOptions;
  readonly #events = new EventHeap();
  readonly #occupants = new Map<string, SimulatedNode>();
  readonly #missedTicks = new Map<SimulatedNode, () => void>();
  readonly #invariants = new Invariants();
  readonly #streams: Streams;
  #dissenter: SimulatedNode | null = null;
  #trace = 0;
  #steps = 0;

  constructor(seed: number, options: Partial<NetworkOptions> = {}) {
    this.#options = {
      secret: null,
      link: lan,
      tickJitterMs: 0,
      clockDrift: 0,
      clockOriginMs: 0,
      invariants: true,
      ...options,
    };
    this.link = this.#options.link;
    this.random = seededRandom(seed);
    this.#streams = new Streams({
      occupant: (address) => this.#occupants.get(address),
      transit: (from, to, segments, arrived) => this.#transit(from, to, segments, arrived),
      plan: (afterMs, run) => this.plan(afterMs, run),
      received: (node, packet, from) => this.#receive(node, packet, from),
      asked: (node, packet) => this.#asked(node, packet),
      streamBroken: (node, member, refused) => this.#streamBroken(node, member, refused),
    });
  }

  get loss(): number {
    return this.link.loss;
  }

  set loss(loss: number) {
    this.link = { ...this.link, loss };
  }

  /** Core steps so far, and a checksum of what happened when to whom, in which bytes. */
  get trace(): string {
    return `${this.#steps} ${(this.#trace >>> 0).toString(16)}`;
  }

  // ------------------------------------------------------------------ processes

  add(number: number, options: NodeOptions = {}): SimulatedNode {
    const id = nodeId(number.toString(16).padStart(32, '0'));
    const { generation = 1, cluster = testCluster, http = '10.0.0.1:80' } = options;
    const address = options.address ?? addressOf(number);
    const meta = {
      http,
      release: '0.1.0',
      joinedAt: 0,
      load: 0,
      waiting: 0,
      freeMemoryMb: 0,
      degraded: false,
      cohort: 0,
    };
    const { clockDrift, clockOriginMs, secret } = this.#options;
    const node = new SimulatedNode(
      seededRandom(this.random.below(2 ** 32)),
      { clusterId: cluster, id, generation, cluster: address, meta },
      secret,
      {
        salt: Buffer.from([0, 0, 0, 0].map(() => this.random.below(256))),
        counter: Math.floor(this.nowMs * 1000),
      },
      {
        originMs: this.random.next() * clockOriginMs,
        rate: 1 + (2 * this.random.next() - 1) * clockDrift,
      },
    );
    node.seen = node.core.members();
    this.#invariants.started(node);
    this.nodes.push(node);
    const before = this.#occupants.get(address);
    this.#occupants.set(address, node);
    // What was held to a host that fell silent breaks when another process answers there.
    if (before?.state === 'silent') this.#streams.end(before);
    this.#startTicks(node);
    return node;
  }

  /** The process ends at once, and its host says so to whoever asks. */
  kill(node: SimulatedNode): void {
    if (!node.alive) return;
    node.state = 'killed';
    this.#missedTicks.delete(node);
    this.#streams.end(node);
  }

  /** The host is gone: nothing answers, and nothing breaks. */
  silence(node: SimulatedNode): void {
    if (!node.alive) return;
    node.state = 'silent';
    this.#missedTicks.delete(node);
    this.#streams.release(node);
  }

  /** The process stands still. */
  stall(node: SimulatedNode): void {
    if (node.state === 'running') node.state = 'stalled';
  }

  /** Timers run before the sockets are read, as in a real event loop: the worse order after a stall. */
  resume(node: SimulatedNode): void {
    if (node.state !== 'stalled') return;
    node.state = 'running';
    const tick = this.#missedTicks.get(node);
    this.#missedTicks.delete(node);
    tick?.();
    for (const handle of node.takeWaiting()) handle();
  }

  /** Says goodbye as the actor does, twice, and ends. */
  leave(node: SimulatedNode): void {
    if (node.state !== 'running') return;
    const goodbye = (): void => {
      if (node.state !== 'running') return;
      node.leaving = true;
      this.step(node, (core, nowMs) => core.leave(nowMs));
    };
    goodbye();
    this.plan(leavePauseMs, goodbye);
    this.plan(2 * leavePauseMs, () => this.kill(node));
  }

  /** The next life of the same node, in the place of the last one, that joins `seeds`. */
  restart(
    node: SimulatedNode,
    seeds: readonly SimulatedNode[],
    options: NodeOptions = {},
  ): SimulatedNode {
    this.kill(node);
    this.nodes.splice(this.nodes.indexOf(node), 1);
    const { address, generation } = node;
    const again = { address, generation: generation + 1, ...options };
    const reborn = this.add(numberOf(node), again);
    this.join(reborn, ...seeds);
    return reborn;
  }

  join(node: SimulatedNode, ...seeds: readonly SimulatedNode[]): void {
    const addresses = seeds.map(({ address }) => address);
    this.step(node, (core, nowMs) => core.join(addresses, nowMs));
  }

  /** `count` nodes that all joined the first, once they all see each other. */
  converged(count: number): SimulatedNode[] {
    const nodes = Array.from({ length: count }, (_, index) => this.add(index + 1));
    for (const node of nodes.slice(1)) this.join(node, nodes[0] as SimulatedNode);
    this.until(60_000, () => this.agree(() => 'alive'));
    return nodes;
  }

  // ------------------------------------------------------------------ time

  plan(afterMs: number, run: () => void): void {
    this.#events.add(this.nowMs + afterMs, run);
  }

  run(forMs: number): void {
    let over = false;
    this.plan(forMs, () => {
      over = true;
    });
    while (!over) {
      const event = this.#events.next();
      assert(event !== undefined, 'the end is planned');
      this.nowMs = event.atMs;
      event.run();
    }
  }

  /** Runs until `done`, asked every `everyMs`; fails after `withinMs`. Returns how long it took. */
  until(withinMs: number, done: () => boolean, everyMs = 5): number {
    const startMs = this.nowMs;
    while (!done()) {
      if (this.nowMs - startMs >= withinMs) {
        assert.fail(`not within ${withinMs} ms:\n${this.describe()}`);
      }
      this.run(everyMs);
    }
    return this.nowMs - startMs;
  }

  // ------------------------------------------------------------------ views

  running(): SimulatedNode[] {
    return this.nodes.filter(({ alive }) => alive);
  }

  /** True where every running node sees every node as expected. */
  agree(expected: (node: SimulatedNode) => string): boolean {
    const sees = (viewer: SimulatedNode): boolean =>
      this.nodes.every((node) => viewer.statusOf(node.id) === expected(node));
    // Who did not agree when asked last is asked first: mostly the only one to be asked.
    if (this.#dissenter?.alive && !sees(this.#dissenter)) return false;
    this.#dissenter = this.running().find((viewer) => !sees(viewer)) ?? null;
    return this.#dissenter === null;
  }

  /**
   * True where all running nodes believe the same of everybody, word for word; or, with `looksTheSame`,
   * where nobody who reads their lists would see a difference.
   */
  viewsEqual(same: SameMember = sameWords): boolean {
    return viewsEqual(this.running(), same);
  }

  describe(): string {
    return describeViews(this.running());
  }

  // ------------------------------------------------------------------ steps and their effects

  /** Gives a core some input at the time of its own clock, and performs what it wants. */
  step(node: SimulatedNode, input: (core: GossipCore, nowMs: number) => readonly Effect[]): void {
    this.perform(node, input(node.core, node.localMs(this.nowMs)));
  }

  perform(node: SimulatedNode, effects: readonly Effect[]): void {
    this.#steps++;
    for (const effect of effects) {
      switch (effect.kind) {
        case 'send':
          this.send(node, effect.to, node.codec.encode(effect.packet));
          break;
        case 'exchange':
          if (effect.packet.body.kind === 'sync') this.syncsAsked++;
          this.#streams.exchange(node, effect.to, effect.packet);
          break;
        case 'watch':
          this.#streams.watch(node, effect.members);
          break;
        case 'changed':
          node.changes++;
          this.#look(node);
          break;
        case 'conflict':
          node.conflicts++;
      }
    }
    this.check(node);
  }

  send(from: SimulatedNode, to: string, datagram: Uint8Array): void {
    assert(datagram.length <= limits.datagramBytesMax, 'a datagram is larger than any may be');
    const bytes = datagram.length + datagramHeaderBytes;
    this.datagrams++;
    from.sent.datagrams++;
    from.sent.datagramBytes += bytes;
    const target = this.#occupants.get(to);
    const link = (target && this.linkOf(from, target)) ?? this.link;
    if (link.loss > 0 && this.random.next() < link.loss) return;
    const copies = link.duplication > 0 && this.random.next() < link.duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.plan(delayMs(link, this.random), () => this.#arrive(from, to, datagram, bytes));
    }
  }

  #arrive(from: SimulatedNode, to: string, datagram: Uint8Array, bytes: number): void {
    const node = this.#occupants.get(to);
    if (node === undefined || !node.alive || !this.passes(from, node)) return;
    this.#note(node, (datagram.length << 8) | (datagram.at(-1) ?? 0));
    node.received.datagrams++;
    node.received.datagramBytes += bytes;
    node.datagram(bytes, () => {
      const result = node.codec.decode(datagram);
      if (result.ok) this.#receive(node, result.packet, from.address);
      else node.core.counters.dropped[result.reason]++;
    });
  }

  #receive(node: SimulatedNode, packet: Packet, from: string): void {
    this.#note(node, packet.updates.length);
    this.step(node, (core, nowMs) => core.receive(node.read(packet), from, nowMs));
  }

  #asked(node: SimulatedNode, packet: Packet): Packet | null {
    this.#note(node, packet.updates.length);
    const { reply, effects } = node.core.exchange(node.read(packet), node.localMs(this.nowMs));
    this.perform(node, effects);
    return reply;
  }

  #streamBroken(node: SimulatedNode, { id, generation }: WatchedMember, refused: boolean): void {
    this.#note(node, refused ? 1 : 2);
    this.step(node, (core, nowMs) => core.streamBroken(id, generation, refused, nowMs));
  }

  #transit(from: SimulatedNode, to: string, segments: number, arrived: () => void): void {
    const target = this.#occupants.get(to);
    const link = (target && this.linkOf(from, target)) ?? this.link;
    this.plan(streamDelayMs(link, segments, this.random), () => {
      const node = this.#occupants.get(to);
      if (node !== undefined && node.state !== 'silent' && this.passes(from, node)) arrived();
    });
  }

  #startTicks(node: SimulatedNode): void {
    const { tickIntervalMs } = gossipParameters;
    const tick = (): void => {
      if (node.state === 'stalled') this.#missedTicks.set(node, tick);
      if (node.state !== 'running') return;
      const lateMs = this.random.next() * this.#options.tickJitterMs;
      this.plan(node.trueMs(tickIntervalMs) + lateMs, tick);
      this.#note(node, 0);
      this.step(node, (core, nowMs) => core.tick(nowMs));
    };
    this.plan(this.random.next() * node.trueMs(tickIntervalMs), tick);
  }

  #look(node: SimulatedNode): void {
    const before = node.seen;
    node.seen = node.core.members();
    viewDiff(before, node.seen, (old, now) => {
      if (this.#options.invariants) this.#invariants.news(node, old, now);
      this.onNews(node, old, now);
    });
  }

  #note(node: SimulatedNode, what: number): void {
    let hash = this.#trace ^ Math.floor(this.nowMs * 1000);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ numberOf(node);
    this.#trace = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) ^ what;
  }
}

function addressOf(number: number): string {
  return `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}:7000`;
}

function numberOf(node: SimulatedNode): number {
  return Number.parseInt(node.id.slice(-8), 16);
}
