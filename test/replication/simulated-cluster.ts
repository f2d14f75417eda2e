/**
 * Several nodes over one log, in one thread under one seed: entries come late, answers of the log are lost, nodes die in
 * the middle of anything and come back, by a snapshot or by all entries, and some stand still while others go on.
 */
import {
  type Clock,
  nextTurn,
  type Random,
  SimulatedClock,
  seededRandom,
} from '../../src/lib/index.js';
import {
  type ClusterView,
  HearthError,
  type MemberStatus,
  type NodeId,
  type NodeView,
  nodeId,
} from '../../src/types/index.js';

const stepMs = 20;
const catchUpMs = 2000;

/** What the log feeds on a node. */
export interface SimulatedMachine {
  apply(entry: Uint8Array): void;
  snapshot(): AsyncIterable<Uint8Array>;
  restoreBegin(): void;
  restorePart(bytes: Uint8Array): void;
  restoreEnd(): void;
}

/** What a node is made with. */
export interface NodeDeps {
  readonly id: NodeId;
  readonly clock: Clock;
  readonly random: Random;
  readonly view: () => ClusterView;
  readonly propose: (data: Uint8Array) => Promise<number>;
  readonly reached: (index: number, timeoutMs: number) => Promise<boolean>;
  /** Resolves once the node has applied all that is committed now; false where nobody confirms that. */
  readonly catchUp: () => Promise<boolean>;
  /** Whether this life of the node goes on. */
  readonly lives: () => boolean;
}

export interface SimulatedNode<Service> {
  readonly id: NodeId;
  service: Service | null;
  /** Counts its lives: what an earlier one began is nobody's business. */
  life: number;
  applied: number;
  waiters: { index: number; resolve: (isReached: boolean) => void }[];
  status: MemberStatus;
  /** Hears nothing from the log for now. */
  isDeaf: boolean;
}

export interface SimulatedClusterOptions<Service> {
  readonly seed: number;
  readonly nodes: number;
  /** Of an answer of the log to be lost although the entry stands in it. */
  readonly lossOfAnswers: number;
  make(deps: NodeDeps): Service;
  machineOf(service: Service): SimulatedMachine;
  /** What stands in the log from now on, whoever knows it yet. */
  committed?(entry: Uint8Array): void;
  /** It knows what the log holds. */
  started(service: Service): void;
}

export class SimulatedCluster<Service> {
  readonly clock = new SimulatedClock();
  readonly random: Random;
  readonly nodes: readonly SimulatedNode<Service>[];
  quorum = true;
  readonly #entries: Uint8Array[] = [];

  constructor(private readonly options: SimulatedClusterOptions<Service>) {
    this.random = seededRandom(options.seed);
    this.nodes = Array.from({ length: options.nodes }, (_, index) => ({
      id: nodeId(String(index + 1).repeat(32)),
      service: null,
      life: 0,
      applied: 0,
      waiters: [],
      status: 'dead',
      isDeaf: false,
    }));
    for (const node of this.nodes) this.start(node);
  }

  get alive(): readonly SimulatedNode<Service>[] {
    return this.nodes.filter(({ service }) => service !== null);
  }

  get entries(): number {
    return this.#entries.length;
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

  kill(node: SimulatedNode<Service>): void {
    node.service = null;
    node.life++;
    node.isDeaf = false;
    const { life } = node;
    this.clock.after(300, () => {
      if (node.life === life) node.status = 'dead';
    });
  }

  start(node: SimulatedNode<Service>): void {
    const life = ++node.life;
    const lives = (): boolean => node.life === life;
    const service = this.options.make({
      id: node.id,
      clock: this.#clockOf(lives),
      random: this.random,
      view: () => this.#viewOf(node),
      propose: (data) => this.#propose(data, lives),
      reached: (index, timeoutMs) => this.#reached(node, index, timeoutMs),
      catchUp: async () => this.quorum && this.#reached(node, this.#entries.length, catchUpMs),
      lives,
    });
    node.service = service;
    node.applied = 0;
    node.status = 'alive';
    node.waiters = [];
    void this.#catchUp(node, service).then(() => {
      if (lives()) this.options.started(service);
    });
  }

  /** Each node that is alive has applied everything. */
  settle(): void {
    for (const node of this.alive) this.#deliver(node, this.#entries.length);
  }

  /** Somebody has put it into the log; resolves with its index. */
  append(data: Uint8Array): number {
    this.#entries.push(data);
    this.options.committed?.(data);
    return this.#entries.length;
  }

  delay(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }

  async #catchUp(node: SimulatedNode<Service>, service: Service): Promise<void> {
    const machine = this.options.machineOf(service);
    const from = this.alive.find((other) => other !== node && other.applied > 0);
    const index = this.random.next() < 0.5 ? (from?.applied ?? 0) : 0;
    if (index > 0 && from?.service) {
      const parts: Uint8Array[] = [];
      // at once: whatever is applied meanwhile is not in it
      const snapshot = this.options.machineOf(from.service).snapshot();
      machine.restoreBegin();
      for await (const part of snapshot) parts.push(part);
      for (const part of parts) machine.restorePart(part);
      machine.restoreEnd();
      node.applied = index;
    }
    this.#deliver(node, this.#entries.length);
  }

  #deliverSome(node: SimulatedNode<Service>): void {
    const missing = this.#entries.length - node.applied;
    if (missing > 0 && !node.isDeaf) {
      this.#deliver(node, node.applied + this.random.below(missing + 1));
    }
  }

  #deliver(node: SimulatedNode<Service>, until: number): void {
    while (node.applied < until) {
      const entry = this.#entries[node.applied++];
      if (entry !== undefined && node.service !== null) {
        this.options.machineOf(node.service).apply(entry);
      }
    }
    const reached = node.waiters.filter(({ index }) => index <= node.applied);
    node.waiters = node.waiters.filter(({ index }) => index > node.applied);
    for (const { resolve } of reached) resolve(true);
  }

  async #propose(data: Uint8Array, lives: () => boolean): Promise<number> {
    await this.delay(this.random.below(60));
    if (!lives()) return new Promise(() => {});
    const noQuorum = new HearthError('no-quorum', 'nobody takes it');
    if (!this.quorum) throw noQuorum;
    const index = this.append(data);
    await this.delay(this.random.below(60));
    if (!lives()) return new Promise(() => {});
    if (this.random.next() < this.options.lossOfAnswers) throw noQuorum;
    return index;
  }

  #reached(node: SimulatedNode<Service>, index: number, timeoutMs: number): Promise<boolean> {
    if (node.applied >= index) return Promise.resolve(true);
    return new Promise((resolve) => {
      node.waiters.push({ index, resolve });
      this.clock.after(timeoutMs, () => resolve(false));
    });
  }

  #viewOf({ id: self }: SimulatedNode<Service>): ClusterView {
    const known = this.nodes.filter(({ status }) => status === 'alive');
    const master = known[0]?.id ?? null;
    const nodes = this.nodes.map(
      ({ id, status, isDeaf }, rank): NodeView => ({
        id,
        rank,
        role: id === master ? 'master' : 'replica',
        status,
        http: '',
        cluster: '',
        release: '',
        joinedAt: rank + 1,
        degraded: isDeaf,
        cohort: 0,
        load: 0,
        waiting: 0,
        freeMemoryMb: 0,
      }),
    );
    return { self, master, leader: null, term: 1, quorum: this.quorum, voters: [], nodes };
  }

  /** The timers of a dead node never fire. */
  #clockOf(lives: () => boolean): Clock {
    const { clock } = this;
    const alive = (callback: () => void) => () => {
      if (lives()) callback();
    };
    return {
      nowMs: () => clock.nowMs(),
      wallMs: () => clock.wallMs(),
      machineWallMs: () => clock.machineWallMs(),
      after: (ms, callback) => clock.after(ms, alive(callback)),
      every: (ms, callback) => clock.every(ms, alive(callback)),
    };
  }
}
