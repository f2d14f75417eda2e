/**
 * Many cores of the routing table in one thread under one seed, on simulated time. Every message is really
 * encoded and decoded; links lose, double, delay and reorder, and are cut; nodes are killed, started again
 * and stalled. Cores are ticked as late as the real actor may tick them.
 */
import { strict as assert } from 'node:assert';
import {
  decodeTableMessage,
  encodeTableMessage,
  type SnapshotPart,
  type TableEffect,
  type TableMember,
  type TableMessage,
  type TableParameters,
  tableParameters,
} from '../../../src/cluster/table/index.js';
import { type Random, seededRandom } from '../../../src/lib/index.js';
import { bySeniority } from '../../../src/roles/index.js';
import {
  type FunctionKey,
  functionKey,
  type Holder,
  type NodeId,
  nodeId,
  type WarmClaim,
} from '../../../src/types/index.js';
import { EventHeap } from '../../log/sim/heap.js';
import { Checks } from './checks.js';
import { calmLink, type TableLink } from './link.js';
import { TableNode } from './node.js';
import { Oracle } from './oracle.js';
import { type Disagreement, disagreement } from './truth.js';

/** A tick comes up to this much later than the core wants it. */
export const tickLateMsMax = 2;

export interface ClusterOptions {
  readonly parameters: Partial<TableParameters>;
  readonly link: TableLink;
  /** How long at most until a node knows of a change of the members. */
  readonly viewDelayMsMax: number;
  /** Whether every step is checked; too slow for a thousand nodes. */
  readonly checks: boolean;
}

interface PendingLookup {
  readonly node: TableNode;
  readonly askedMs: number;
  readonly answered: (holders: readonly Holder[] | null) => void;
}

export class TableCluster {
  readonly random: Random;
  readonly nodes = new Map<NodeId, TableNode>();
  readonly oracle: Oracle;
  readonly parameters: TableParameters;
  nowMs = 0;
  link: TableLink;
  /** True where messages pass, in this direction. */
  passes: (from: NodeId, to: NodeId) => boolean = () => true;
  /** Deliveries and ticks so far. */
  events = 0;
  /** Called before each of them. */
  onEvent: () => void = () => {};
  /** Called for every message that is sent, once per receiver. */
  onSend: (from: TableNode, to: NodeId, message: TableMessage, bytes: number) => void = () => {};
  /** Called after every step of a core. */
  onStepped: (node: TableNode) => void = () => {};
  /** Around all that a node's core does, the reading and writing of messages included: for who takes the time. */
  working: <Result>(node: TableNode, work: () => Result) => Result = (_node, work) => work();
  lookupMsMax = 0;
  readonly checks: Checks | null;
  readonly #options: ClusterOptions;
  readonly #heap = new EventHeap();
  readonly #lookups = new Map<number, PendingLookup>();
  readonly #lastArrivalMs = new Map<string, number>();
  #calls = 0;
  #admissions = 0;
  #trace = 0;

  constructor(seed: number, options: Partial<ClusterOptions> = {}) {
    this.#options = {
      parameters: {},
      link: calmLink,
      viewDelayMsMax: 50,
      checks: true,
      ...options,
    };
    this.random = seededRandom(seed);
    this.parameters = { ...tableParameters, ...this.#options.parameters };
    this.link = this.#options.link;
    this.checks = this.#options.checks ? new Checks(this.parameters) : null;
    const host = {
      nodes: () => this.nodes.values(),
      plan: (afterMs: number, run: () => void) => this.plan(afterMs, run),
      viewChanged: (node: TableNode) => {
        this.step(node, () => node.core.membersChanged([...node.view.values()], this.nowMs));
      },
    };
    this.oracle = new Oracle(host, () => this.random.next() * this.#options.viewDelayMsMax);
  }

  /** A checksum of what happened when to whom. */
  get trace(): string {
    return `${this.events} ${(this.#trace >>> 0).toString(16)}`;
  }

  /** When everybody knows everything, in the worst case, after a change of the members. */
  get viewDelayMsMax(): number {
    return this.#options.viewDelayMsMax;
  }

  // ------------------------------------------------------------------ processes

  /** Starts a node, its next life if it has had one, admitted or not yet. */
  start(number: number, admitted = true): TableNode {
    const id = idOf(number);
    const generation = (this.oracle.facts.get(id)?.generation ?? 0) + 1;
    const before = this.nodes.get(id);
    if (before !== undefined) this.kill(before);
    const seed = this.random.below(2 ** 32);
    const node = new TableNode(id, generation, seed, this.#options.parameters);
    this.nodes.set(id, node);
    this.checks?.started(node);
    const joinedAt = admitted ? ++this.#admissions : 0;
    const member = {
      id,
      generation,
      joinedAt,
      status: 'alive' as const,
      degraded: false,
      cohort: 0,
    };
    this.oracle.announce(member, (observer) => observer !== node);
    this.oracle.introduce(node);
    return node;
  }

  /** Starts nodes 1 to `count`, the oldest first, and lets them all know each other. */
  started(count: number): TableNode[] {
    const members = Array.from({ length: count }, (_, index): TableMember => {
      const id = idOf(index + 1);
      return {
        id,
        generation: 1,
        joinedAt: ++this.#admissions,
        status: 'alive',
        degraded: false,
        cohort: 0,
      };
    });
    for (const member of members) this.oracle.facts.set(member.id, member);
    const nodes = members.map(({ id }) => {
      const node = new TableNode(id, 1, this.random.below(2 ** 32), this.#options.parameters);
      this.nodes.set(id, node);
      this.checks?.started(node);
      return node;
    });
    for (const node of nodes) this.oracle.introduce(node);
    return nodes;
  }

  admit(node: TableNode): void {
    this.change(node, { joinedAt: ++this.#admissions });
  }

  /** The process ends; the members are told by whoever calls this. */
  kill(node: TableNode): void {
    if (node.state === 'killed') return;
    node.state = 'killed';
    // what was on its way to it is told to nobody
    for (const run of node.waiting.splice(0)) run();
  }

  stall(node: TableNode): void {
    if (node.state === 'running') node.state = 'stalled';
  }

  /** The timer that was missed comes first, then all that has piled up. */
  resume(node: TableNode): void {
    if (node.state !== 'stalled') return;
    node.state = 'running';
    this.#tick(node);
    for (const run of node.waiting.splice(0)) run();
  }

  /** A fact about a member changes. */
  change(node: TableNode, change: Partial<TableMember>): void {
    const fact = this.oracle.facts.get(node.id);
    assert(fact !== undefined);
    this.oracle.announce({ ...fact, ...change });
  }

  /** Whom everybody should take for the Master. */
  master(): TableNode | undefined {
    const admitted = [...this.oracle.facts.values()].filter(takesPart);
    admitted.sort(bySeniority);
    return this.nodes.get(admitted[0]?.id ?? idOf(0));
  }

  // ------------------------------------------------------------------ what cores are told

  claim(node: TableNode, ...claims: readonly WarmClaim[]): void {
    node.input(() => {
      node.note(claims);
      this.step(node, () => node.core.claim(claims, this.nowMs));
    });
  }

  lookup(node: TableNode, key: FunctionKey, answered: PendingLookup['answered'] = () => {}): void {
    const call = ++this.#calls;
    this.#lookups.set(call, { node, askedMs: this.nowMs, answered });
    this.step(node, () => node.core.lookup(call, key, this.nowMs));
  }

  /** Who rules gives its whole table to another, which takes a while. */
  handOver(from: TableNode, to: TableNode, tookMs: number): void {
    let parts: readonly SnapshotPart[] = [];
    this.step(from, () => {
      parts = [...(from.core.handOver(to.id, this.nowMs) ?? [])];
    });
    const last = parts.at(-1);
    if (last === undefined) return;
    const claims = parts.flatMap((part) => {
      this.checks?.sent(from, part);
      const message = decodeTableMessage(encodeTableMessage(part));
      return message?.kind === 'snapshot' ? message.claims : [];
    });
    this.plan(tookMs, () => {
      if (!to.alive || !this.passes(from.id, to.id)) return;
      const inherit = (): void => {
        if (to.core.inherit(from.id, last.position, claims, this.nowMs)) to.isHeir = true;
      };
      to.input(() => this.step(to, inherit, last));
    });
  }

  /** Gives a core some input and performs what it wants. */
  step(node: TableNode, input: () => void, message: TableMessage | null = null): void {
    if (node.state !== 'running') return;
    const before = node.core.position;
    this.working(node, input);
    const effects = node.core.effects.splice(0);
    for (const effect of effects) this.#perform(node, effect);
    this.checks?.stepped(node, before, message, effects);
    this.onStepped(node);
    this.#planTick(node);
  }

  // ------------------------------------------------------------------ time

  plan(afterMs: number, run: () => void): void {
    this.#heap.add(this.nowMs + afterMs, run);
  }

  run(forMs: number): void {
    const endMs = this.nowMs + forMs;
    let over = false;
    this.#heap.add(endMs, () => {
      over = true;
    });
    while (!over) {
      const event = this.#heap.next();
      assert(event !== undefined, 'the end is planned');
      this.nowMs = event.atMs;
      event.run();
    }
  }

  /** Runs until `done`, asked every `everyMs`; fails after `withinMs`. Returns how long it took. */
  until(withinMs: number, done: () => boolean, why: () => string, everyMs = 1): number {
    const startMs = this.nowMs;
    while (!done()) {
      if (this.nowMs - startMs >= withinMs) assert.fail(`not within ${withinMs} ms: ${why()}`);
      this.run(everyMs);
    }
    return this.nowMs - startMs;
  }

  /** Until all news of the members have arrived. */
  untilViewsAgree(): number {
    const done = (): boolean => this.oracle.underWay === 0;
    return this.until(60_000, done, () => `${this.oracle.underWay} news under way`);
  }

  /** Until every Master and Replica holds the members' own truth. */
  untilConverged(withinMs: number, everyMs = 4): number {
    const done = (): boolean => this.disagreement() === null;
    // the bounds are in the hundreds
    return this.until(withinMs, done, () => JSON.stringify(this.disagreement(), null, 1), everyMs);
  }

  disagreement(): Disagreement | null {
    return disagreement(this.nodes, this.oracle.facts);
  }

  // ------------------------------------------------------------------ effects

  #perform(node: TableNode, effect: TableEffect): void {
    if (effect.kind === 'answer') {
      this.#answer(effect.call, effect.holders);
      return;
    }
    this.checks?.sent(node, effect.message);
    const bytes = this.working(node, () => encodeTableMessage(effect.message));
    this.checks?.encoded(effect.message, bytes.length);
    // all receivers of the same bytes share what they mean: nobody changes it
    let decoded: TableMessage | null = null;
    const read = (): TableMessage => {
      decoded ??= decodeTableMessage(bytes);
      assert(decoded !== null, 'a message of a kind that this release knows');
      return decoded;
    };
    for (const to of effect.to) {
      assert(to !== node.id, 'a node sends nothing to itself');
      node.sent.messages++;
      node.sent.bytes += bytes.length;
      this.onSend(node, to, effect.message, bytes.length);
      this.#transmit(node.id, to, bytes.length, read);
    }
  }

  #transmit(from: NodeId, to: NodeId, bytes: number, read: () => TableMessage): void {
    const { random, link } = this;
    if (!this.passes(from, to)) return;
    if (link.loss > 0 && random.next() < link.loss) return;
    const copies = link.duplication > 0 && random.next() < link.duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const delayMs = link.delayMsMin + random.next() * (link.delayMsMax - link.delayMsMin);
      const atMs = link.ordered ? this.#inOrder(from, to, delayMs) : this.nowMs + delayMs;
      this.#heap.add(atMs, () => this.#arrive(from, to, bytes, read));
    }
  }

  /** When a message arrives that overtakes none. */
  #inOrder(from: NodeId, to: NodeId, delayMs: number): number {
    const link = from + to;
    const atMs = Math.max(this.nowMs + delayMs, this.#lastArrivalMs.get(link) ?? 0);
    this.#lastArrivalMs.set(link, atMs);
    return atMs;
  }

  #arrive(from: NodeId, to: NodeId, bytes: number, read: () => TableMessage): void {
    const node = this.nodes.get(to);
    if (node === undefined || !node.alive || !this.passes(from, to)) return;
    node.input(() => {
      this.#event(node, bytes);
      if (node.state !== 'running') return;
      const message = this.working(node, read);
      node.received.messages++;
      node.received.bytes += bytes;
      this.step(node, () => node.core.receive(from, message, this.nowMs), message);
    });
  }

  #answer(call: number, holders: readonly Holder[] | null): void {
    const lookup = this.#lookups.get(call);
    assert(lookup !== undefined, `call ${call} is answered twice`);
    this.#lookups.delete(call);
    this.lookupMsMax = Math.max(this.lookupMsMax, this.nowMs - lookup.askedMs);
    lookup.answered(holders);
  }

  #planTick(node: TableNode): void {
    const { dueMs } = node.core;
    if (node.state !== 'running' || dueMs >= node.plannedMs) return;
    const atMs = Math.max(dueMs, this.nowMs) + this.random.next() * tickLateMsMax;
    node.plannedMs = atMs;
    this.#heap.add(atMs, () => {
      if (node.plannedMs !== atMs || node.state !== 'running') return;
      this.#tick(node);
    });
  }

  #tick(node: TableNode): void {
    node.plannedMs = Number.POSITIVE_INFINITY;
    if (node.core.dueMs <= this.nowMs) {
      this.#event(node, 0);
      this.step(node, () => node.core.tick(this.nowMs));
      assert(node.state !== 'running' || node.core.dueMs > this.nowMs, 'a tick leaves nothing due');
    }
    this.#planTick(node);
  }

  #event(node: TableNode, what: number): void {
    this.onEvent();
    this.events++;
    let hash = this.#trace ^ Math.floor(this.nowMs * 1000);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ Number.parseInt(node.id.slice(-6), 16);
    this.#trace = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) ^ what;
  }
}

export function idOf(number: number): NodeId {
  return nodeId(number.toString(16).padStart(32, '0'));
}

export function keyOf(number: number): FunctionKey {
  return functionKey(`function-${number}`, '$LATEST', 100 + number);
}

export function takesPart({ status, joinedAt }: TableMember): boolean {
  return joinedAt > 0 && (status === 'alive' || status === 'suspect');
}
