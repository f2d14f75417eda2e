/**
 * Several nodes with their events over one log, in one thread under one seed: entries come late, answers of the log are
 * lost, nodes die in the middle of anything and come back, by a snapshot or by all entries.
 */

import { defaultSettings } from '../../../src/events/async/retry-policy.js';
import { type DeliveryResult, Events } from '../../../src/events/index.js';
import {
  nextTurn,
  type Random,
  SimulatedClock,
  seededRandom,
  silentLogger,
} from '../../../src/lib/index.js';
import {
  type ClusterView,
  HearthError,
  type InvocationOutcome,
  type MemberStatus,
  type NodeId,
  type NodeView,
  nodeId,
  type RequestId,
} from '../../../src/types/index.js';

const stepMs = 20;

export interface SimulatedOptions {
  readonly seed: number;
  readonly nodes: number;
  /** Of an answer of the log to be lost although the entry stands in it. */
  readonly lossOfAnswers: number;
  /** Of an attempt to end with an error of the function. */
  readonly functionErrors: number;
}

interface Node {
  readonly id: NodeId;
  events: Events | null;
  /** Counts its lives: what an earlier one began is nobody's business. */
  life: number;
  applied: number;
  waiters: { index: number; resolve: (isReached: boolean) => void }[];
  status: MemberStatus;
}

export class SimulatedNodes {
  readonly clock = new SimulatedClock();
  readonly random: Random;
  readonly nodes: readonly Node[];
  /** The requests of which attempts have begun, in order. */
  readonly attempts: RequestId[] = [];
  /** The requests of which the destination has been told. */
  readonly told = new Set<RequestId>();
  readonly #entries: Uint8Array[] = [];
  quorum = true;

  constructor(private readonly options: SimulatedOptions) {
    this.random = seededRandom(options.seed);
    this.nodes = Array.from({ length: options.nodes }, (_, index) => ({
      id: nodeId(String(index + 1).repeat(32)),
      events: null,
      life: 0,
      applied: 0,
      waiters: [],
      status: 'dead',
    }));
    for (const node of this.nodes) this.start(node);
  }

  get alive(): readonly Node[] {
    return this.nodes.filter(({ events }) => events !== null);
  }

  /** Lets time pass, and everything have its turn. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      for (const node of this.alive) this.#deliverSome(node);
      this.clock.advance(stepMs);
      await nextTurn();
      await nextTurn();
    }
  }

  kill(node: Node): void {
    node.events = null;
    node.life++;
    this.#later(300, node, () => {
      node.status = 'dead';
    });
  }

  start(node: Node): void {
    const { id } = node;
    const life = ++node.life;
    const mine = (): boolean => node.life === life;
    const events = new Events(
      {
        clock: this.#clockOf(mine),
        logger: silentLogger,
        self: () => id,
        view: () => this.#viewOf(node),
        propose: (data) => this.#propose(data, mine),
        reached: (index, timeoutMs) => this.#reached(node, index, timeoutMs),
        catchUp: async () => true,
        invoke: ({ requestId }) => this.#invoke(requestId, mine),
        settings: ({ functionName }) => ({
          ...defaultSettings,
          retriesMax: 100,
          onSuccess: functionName === 'g' ? 'a destination' : null,
        }),
        deliver: ({ id }) => this.#deliverTo(id, mine),
      },
      {
        asyncRetryBaseMs: 50,
        asyncRunningMax: 8,
        asyncQueueMax: 1000,
        asyncQueueMb: 100,
        asyncQueuePerFunctionMax: 1000,
        asyncAdoptAfterMs: 500,
        drainMs: 1000,
        drainNoticeMs: 0,
      },
    );
    node.events = events;
    node.applied = 0;
    node.status = 'alive';
    node.waiters = [];
    void this.#catchUp(node, events).then(() => {
      if (mine()) events.start();
    });
  }

  /** The state of each node that is alive, once all have applied everything. */
  settle(): void {
    for (const node of this.alive) this.#deliver(node, this.#entries.length);
  }

  async #catchUp(node: Node, events: Events): Promise<void> {
    const from = this.alive.find((other) => other !== node && other.applied > 0);
    const index = this.random.next() < 0.5 ? (from?.applied ?? 0) : 0;
    if (index > 0) {
      const parts: Uint8Array[] = [];
      // at once: whatever is applied meanwhile is not in it
      const snapshot = from?.events?.replica.snapshot();
      events.replica.restoreBegin();
      for await (const part of snapshot ?? []) parts.push(part);
      for (const part of parts) events.replica.restorePart(part);
      events.replica.restoreEnd();
      node.applied = index;
    }
    this.#deliver(node, this.#entries.length);
  }

  #deliverSome(node: Node): void {
    const missing = this.#entries.length - node.applied;
    if (missing > 0) this.#deliver(node, node.applied + this.random.below(missing + 1));
  }

  #deliver(node: Node, until: number): void {
    while (node.applied < until) {
      const entry = this.#entries[node.applied++];
      if (entry !== undefined) node.events?.replica.apply(entry);
    }
    const reached = node.waiters.filter(({ index }) => index <= node.applied);
    node.waiters = node.waiters.filter(({ index }) => index > node.applied);
    for (const { resolve } of reached) resolve(true);
  }

  async #propose(data: Uint8Array, mine: () => boolean): Promise<number> {
    await this.#delay(this.random.below(60));
    if (!mine()) return new Promise(() => {});
    const noQuorum = new HearthError('no-quorum', 'nobody takes it');
    if (!this.quorum) throw noQuorum;
    this.#entries.push(data);
    const index = this.#entries.length;
    await this.#delay(this.random.below(60));
    if (!mine()) return new Promise(() => {});
    if (this.random.next() < this.options.lossOfAnswers) throw noQuorum;
    return index;
  }

  #reached(node: Node, index: number, timeoutMs: number): Promise<boolean> {
    if (node.applied >= index) return Promise.resolve(true);
    return new Promise((resolve) => {
      node.waiters.push({ index, resolve });
      this.clock.after(timeoutMs, () => resolve(false));
    });
  }

  async #invoke(requestId: RequestId, mine: () => boolean): Promise<InvocationOutcome> {
    if (!mine()) return new Promise(() => {});
    this.attempts.push(requestId);
    const functionError = this.random.next() < this.options.functionErrors;
    await this.#delay(this.random.below(200));
    if (!mine()) return new Promise(() => {});
    return {
      payload: Buffer.from('"ran"'),
      streamed: false,
      functionError,
      executedVersion: '$LATEST',
      start: 'warm',
      durationMs: 1,
      logTail: () => Buffer.alloc(0),
    };
  }

  async #deliverTo(requestId: RequestId, mine: () => boolean): Promise<DeliveryResult> {
    await this.#delay(this.random.below(100));
    if (!mine()) return new Promise(() => {});
    if (this.random.next() < 0.1) return { kind: 'retry', error: 'nobody answers' };
    this.told.add(requestId);
    return { kind: 'done' };
  }

  #viewOf({ id: self }: Node): ClusterView {
    const known = this.nodes.filter(({ status }) => status === 'alive');
    const master = known[0]?.id ?? null;
    const nodes = this.nodes.map(
      ({ id, status }, rank): NodeView => ({
        id,
        rank,
        role: id === master ? 'master' : 'replica',
        status,
        http: '',
        cluster: '',
        release: '',
        joinedAt: rank + 1,
        degraded: false,
        cohort: 0,
        load: 0,
        waiting: 0,
        freeMemoryMb: 0,
      }),
    );
    return { self, master, leader: null, term: 1, quorum: this.quorum, voters: [], nodes };
  }

  /** The timers of a dead node never fire. */
  #clockOf(mine: () => boolean) {
    const { clock } = this;
    const alive = (callback: () => void) => () => {
      if (mine()) callback();
    };
    return {
      nowMs: () => clock.nowMs(),
      wallMs: () => clock.wallMs(),
      machineWallMs: () => clock.machineWallMs(),
      after: (ms: number, callback: () => void) => clock.after(ms, alive(callback)),
      every: (ms: number, callback: () => void) => clock.every(ms, alive(callback)),
    };
  }

  #later(ms: number, node: Node, what: () => void): void {
    const { life } = node;
    this.clock.after(ms, () => {
      if (node.life === life) what();
    });
  }

  #delay(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }
}
