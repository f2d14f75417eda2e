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
const goneAfterMs = 300;
/** Others have adopted what it has long before. */
const stillMaxMs = 4000;

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
  /** Resolves when this life of the node has a turn: at once, or once it stands still no longer; never when it is over. */
  readonly turn: () => Promise<void>;
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
  /** While it stands still: what has come for it, timers and answers, in the order in which they came. */
  held: (() => void)[] | null;
  /** What it took the cluster for when it stood still, until it hears of others again. */
  remembered: ClusterView | null;
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
      held: null,
      remembered: null,
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
      for (const node of this.alive) if (node.held === null) this.#deliverSome(node);
      this.clock.advance(stepMs);
      await nextTurn();
      await nextTurn();
    }
  }

  kill(node: SimulatedNode<Service>): void {
    node.service = null;
    node.life++;
    this.#forgetFaults(node);
    this.#later(node, goneAfterMs, () => {
      node.status = 'dead';
    });
  }

  /** Its process is stopped: the others take it for dead after a while, and it goes on later with what it had in its hands. */
  standStill(node: SimulatedNode<Service>, forMs: number): void {
    if (node.held !== null || node.service === null) return;
    node.remembered = this.#viewOf(node);
    node.held = [];
    this.#later(node, goneAfterMs, () => {
      if (node.held !== null) node.status = 'dead';
    });
    this.#later(node, forMs, () => void this.#goOn(node));
  }

  /** One fault, or the end of one. */
  mishap(): void {
    const { alive, random } = this;
    const dice = random.next();
    const one = alive[random.below(alive.length)];
    const down = this.nodes.find(({ service }) => service === null);
    if (dice < 0.05 && alive.length > 1 && one !== undefined) this.kill(one);
    else if (dice < 0.1 && down !== undefined) this.start(down);
    else if (dice < 0.12) this.quorum = false;
    else if (dice < 0.3) this.quorum = true;
    else if (dice < 0.35 && one !== undefined) one.isDeaf = !one.isDeaf;
    else if (dice < 0.4 && one !== undefined) this.standStill(one, random.below(stillMaxMs));
  }

  /** All die, and some come back. */
  async dieTogether(): Promise<void> {
    for (const each of this.alive) this.kill(each);
    await this.pass(1000);
    for (const each of this.nodes.slice(this.random.below(3))) this.start(each);
  }

  /** There are no more faults: who stands still goes on of itself. */
  recover(): void {
    this.quorum = true;
    for (const node of this.nodes) node.isDeaf = false;
  }

  start(node: SimulatedNode<Service>): void {
    const life = ++node.life;
    const lives = (): boolean => node.life === life;
    const turn = (): Promise<void> =>
      new Promise((resolve) => this.#whenAwake(node, lives, resolve));
    this.#forgetFaults(node);
    const service = this.options.make({
      id: node.id,
      clock: this.#clockOf(node, lives),
      random: this.random,
      view: () => this.#viewOf(node),
      propose: (data) => this.#propose(data, lives, turn),
      reached: (index, timeoutMs) => this.#reached(node, index, timeoutMs).then(keptBy(turn)),
      catchUp: () => this.#caughtUp(node).then(keptBy(turn)),
      turn,
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

  async #caughtUp(node: SimulatedNode<Service>): Promise<boolean> {
    await this.delay(this.random.below(60));
    return this.quorum && this.#reached(node, this.#entries.length, catchUpMs);
  }

  async #propose(
    data: Uint8Array,
    lives: () => boolean,
    turn: () => Promise<void>,
  ): Promise<number> {
    await turn();
    await this.delay(this.random.below(60));
    if (!lives()) return new Promise(() => {});
    const noQuorum = new HearthError('no-quorum', 'nobody takes it');
    if (!this.quorum) {
      await turn();
      throw noQuorum;
    }
    const index = this.append(data);
    await this.delay(this.random.below(60));
    await turn();
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

  /** What has come meanwhile is read in any order, timers before news of the log among them. */
  async #goOn(node: SimulatedNode<Service>): Promise<void> {
    const { life } = node;
    this.#later(node, this.random.below(goneAfterMs), () => {
      node.remembered = null;
      node.status = 'alive';
    });
    for (let next = node.held?.shift(); next !== undefined; next = node.held?.shift()) {
      if (this.random.next() < 0.2) this.#deliverSome(node);
      next();
      if (this.random.next() < 0.3) await nextTurn();
    }
    if (node.life === life) node.held = null;
  }

  #forgetFaults(node: SimulatedNode<Service>): void {
    node.isDeaf = false;
    node.held = null;
    node.remembered = null;
  }

  #later(node: SimulatedNode<Service>, ms: number, what: () => void): void {
    const { life } = node;
    this.clock.after(ms, () => {
      if (node.life === life) what();
    });
  }

  #whenAwake(node: SimulatedNode<Service>, lives: () => boolean, what: () => void): void {
    if (!lives()) return;
    if (node.held === null) what();
    else node.held.push(() => lives() && what());
  }

  #viewOf(node: SimulatedNode<Service>): ClusterView {
    if (node.remembered !== null) return node.remembered;
    const { id: self } = node;
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

  /** The timers of a dead node never fire, those of one that stands still later, and a repeated one once. */
  #clockOf(node: SimulatedNode<Service>, lives: () => boolean): Clock {
    const { clock } = this;
    return {
      nowMs: () => clock.nowMs(),
      wallMs: () => clock.wallMs(),
      machineWallMs: () => clock.machineWallMs(),
      after: (ms, callback) => {
        let isCancelled = false;
        const fire = (): void => {
          if (!isCancelled) callback();
        };
        const cancel = clock.after(ms, () => this.#whenAwake(node, lives, fire));
        return () => {
          isCancelled = true;
          cancel();
        };
      },
      every: (ms, callback) => {
        let isCancelled = false;
        let isHeld = false;
        const fire = (): void => {
          isHeld = false;
          if (!isCancelled) callback();
        };
        const cancel = clock.every(ms, () => {
          if (isHeld) return;
          isHeld = true;
          this.#whenAwake(node, lives, fire);
        });
        return () => {
          isCancelled = true;
          cancel();
        };
      },
    };
  }
}

function keptBy<Value>(turn: () => Promise<void>): (value: Value) => Promise<Value> {
  return async (value) => {
    await turn();
    return value;
  };
}
