/**
 * A network in memory: seeded, on simulated time, and every packet is really encoded and decoded. Links
 * lose, delay and reorder; nodes can be killed, paused and cut off from each other.
 */
import { strict as assert } from 'node:assert';
import {
  type Effect,
  GossipCodec,
  GossipCore,
  type GossipMember,
  gossipParameters,
} from '../../src/gossip/index.js';
import { type Random, seededRandom } from '../../src/lib/index.js';
import { type ClusterId, clusterId, type NodeId, nodeId } from '../../src/types/index.js';

const stepMs = 10;
export const testCluster = clusterId('c'.repeat(32));

export class SimulatedNode {
  readonly core: GossipCore;
  readonly codec: GossipCodec;
  alive = true;
  paused = false;
  changes = 0;
  conflicts = 0;
  nextTickMs = 0;
  /** What arrived while the process stood still: the socket's buffer. */
  readonly buffered: { datagram: Uint8Array; from: string }[] = [];

  constructor(
    readonly id: NodeId,
    readonly address: string,
    readonly generation: number,
    random: Random,
    secret: Uint8Array | null,
    cluster: ClusterId,
    http: string,
  ) {
    const meta = { http, release: '0.1.0', joinedAt: 0, load: 0, draining: false };
    this.core = new GossipCore(random, {
      clusterId: cluster,
      id,
      generation,
      cluster: address,
      meta,
    });
    this.codec = new GossipCodec(cluster, secret);
  }

  statusOf(id: NodeId): GossipMember['status'] | 'unknown' {
    return this.core.members().find((member) => member.id === id)?.status ?? 'unknown';
  }
}

export class SimulatedNetwork {
  readonly random: Random;
  readonly nodes: SimulatedNode[] = [];
  nowMs = 0;
  loss = 0;
  datagrams = 0;
  /** Full syncs that somebody asked for. */
  syncsAsked = 0;
  /** Called after every core step: invariants. */
  check: (node: SimulatedNode) => void = () => {};
  /** True where a datagram may pass. */
  passes: (from: SimulatedNode, to: SimulatedNode) => boolean = () => true;
  #flying: { atMs: number; to: string; from: string; datagram: Uint8Array }[] = [];

  constructor(
    seed: number,
    private readonly secret: Uint8Array | null = null,
  ) {
    this.random = seededRandom(seed);
  }

  add(number: number, generation = 1, cluster = testCluster, http = '10.0.0.1:80'): SimulatedNode {
    const id = nodeId(number.toString(16).padStart(32, '0'));
    const random = seededRandom(this.random.below(2 ** 32));
    const address = `10.0.0.${number}:7000`;
    const node = new SimulatedNode(id, address, generation, random, this.secret, cluster, http);
    node.nextTickMs = this.nowMs + this.random.below(gossipParameters.tickIntervalMs);
    this.nodes.push(node);
    return node;
  }

  /** `count` nodes that all joined the first, once they all see each other. */
  converged(count: number): SimulatedNode[] {
    const nodes = Array.from({ length: count }, (_, index) => this.add(index + 1));
    for (const node of nodes.slice(1)) this.join(node, nodes[0] as SimulatedNode);
    this.until(30_000, () => this.agree(() => 'alive'));
    return nodes;
  }

  join(node: SimulatedNode, seed: SimulatedNode): void {
    this.perform(node, node.core.join([seed.address], this.nowMs));
  }

  run(forMs: number): void {
    const untilMs = this.nowMs + forMs;
    while (this.nowMs < untilMs) this.#step();
  }

  /** Runs until `done`; fails after `withinMs`. Returns how long it took. */
  until(withinMs: number, done: () => boolean): number {
    const startMs = this.nowMs;
    while (!done()) {
      assert.ok(this.nowMs - startMs < withinMs, `not within ${withinMs} ms:\n${this.describe()}`);
      this.#step();
    }
    return this.nowMs - startMs;
  }

  /** True where every running node sees every node as expected. */
  agree(expected: (node: SimulatedNode) => string): boolean {
    return this.running().every((viewer) =>
      this.nodes.every((node) => viewer.statusOf(node.id) === expected(node)),
    );
  }

  running(): SimulatedNode[] {
    return this.nodes.filter(({ alive }) => alive);
  }

  resume(node: SimulatedNode): void {
    node.paused = false;
    node.nextTickMs = this.nowMs;
  }

  perform(node: SimulatedNode, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'changed') node.changes++;
      else if (effect.kind === 'conflict') node.conflicts++;
      else {
        const { body } = effect.packet;
        if (body.kind === 'sync' && body.replyWanted) this.syncsAsked++;
        this.send(node.address, effect.to, node.codec.encode(effect.packet));
      }
    }
    this.check(node);
  }

  send(from: string, to: string, datagram: Uint8Array): void {
    this.datagrams++;
    assert.ok(datagram.length <= 1200);
    if (this.random.next() < this.loss) return;
    this.#flying.push({ atMs: this.nowMs + 1 + this.random.below(15), to, from, datagram });
  }

  describe(): string {
    return this.running()
      .map(
        (node) =>
          `${node.address} ${node.core
            .members()
            .map((m) => m.status[0])
            .join('')}`,
      )
      .join('\n');
  }

  #step(): void {
    this.nowMs += stepMs;
    // Timers run before the socket is read, as in a real event loop: the worse order after a pause.
    for (const node of this.running()) {
      if (node.paused || node.nextTickMs > this.nowMs) continue;
      node.nextTickMs = this.nowMs + gossipParameters.tickIntervalMs;
      this.perform(node, node.core.tick(this.nowMs));
      for (const { datagram, from } of node.buffered.splice(0)) this.#deliver(node, datagram, from);
    }
    const due = this.#flying.filter(({ atMs }) => atMs <= this.nowMs);
    this.#flying = this.#flying.filter(({ atMs }) => atMs > this.nowMs);
    for (const { to, from, datagram } of due) {
      const sender = this.nodes.findLast(({ address }) => address === from);
      const node = this.nodes.findLast(({ address, alive }) => address === to && alive);
      if (node === undefined || (sender !== undefined && !this.passes(sender, node))) continue;
      if (node.paused) node.buffered.push({ datagram, from });
      else this.#deliver(node, datagram, from);
    }
  }

  #deliver(node: SimulatedNode, datagram: Uint8Array, from: string): void {
    const result = node.codec.decode(datagram);
    if (result.ok) this.perform(node, node.core.receive(result.packet, from, this.nowMs));
    else node.core.counters.dropped[result.reason]++;
  }
}
