/**
 * A cluster of conductors in one thread, on a simulated clock: the real state machine, plan, desks and conductors over
 * hosts, processes and a log that are made of plain data. Each host has a place more than nodes.
 */
import { SimulatedClock, seededRandom, silentLogger } from '../../../src/lib/index.js';
import {
  Conductor,
  FiguresRecorder,
  HostDesk,
  type Manifest,
  Offers,
  type Place,
  type Provider,
  type Rollout,
  RolloutFront,
  type RolloutPeers,
  Rollouts,
  type WarmthDesk,
} from '../../../src/rollout/index.js';
import { type ClusterView, HearthError, type NodeId, nodeId } from '../../../src/types/index.js';
import { rolloutSchema } from '../../../src/types/rollout-config.js';

const startMs = 800;
const drainMs = 700;
/** Until a cohort is known to all. */
const newsMs = 200;
const handOverMs = 200;
const stepMs = 50;

export interface ConductedOptions {
  /** How a node of a version answers: the share of errors. */
  readonly errors?: (version: string) => number;
  readonly prepare?: (host: string, version: string) => Promise<void>;
  readonly settings?: Readonly<Record<string, unknown>>;
}

interface Seat {
  readonly host: string;
  readonly name: string;
  readonly http: string;
  node: Node | null;
  /** Of the process there, which may not be a member yet, or not any more. */
  version: string | null;
}

export class Node {
  alive = true;
  cohort = 0;
  /** Who was asked for what by this node's conductor. */
  readonly asked: string[] = [];
  /** Of those questions: aborted once nobody waits for the answer. */
  readonly signals = new Set<AbortSignal>();
  readonly rollouts: Rollouts;
  readonly conductor: Conductor;
  readonly front: RolloutFront;
  readonly figures: FiguresRecorder;
  /** It runs one function, named like it. */
  readonly warmth: WarmthDesk = {
    inUse: () => [{ functionName: this.id, version: '$LATEST', sandboxes: 2 }],
    make: async (wanted) => {
      const { handed, living } = this.cluster;
      for (const { functionName } of wanted) {
        handed.push({ of: functionName, by: this.version, living: living.map(({ id }) => id) });
      }
    },
  };

  constructor(
    readonly cluster: ConductedCluster,
    readonly id: NodeId,
    readonly seat: Seat,
    readonly version: string,
    readonly joinedAt: number,
  ) {
    const { clock, options } = cluster;
    const view = () => cluster.view(this);
    this.figures = new FiguresRecorder(clock);
    this.rollouts = new Rollouts({
      propose: (command) => cluster.propose(this, command),
      catchUp: async () => this.alive,
      view,
      changed: ({ cohort }) => {
        const number = cohort?.version === version ? cohort.number : 0;
        clock.after(newsMs, () => cluster.says(this, number));
        this.conductor?.changed();
      },
      clock,
    });
    const state = () => this.rollouts.state;
    const host = new HostDesk(
      {
        provider: cluster.provider(seat.host),
        self: () => id,
        state,
        clock,
        logger: silentLogger,
      },
      { host: seat.host },
    );
    const offers = new Offers(
      {
        watch: {
          offer: null,
          page: { address: 'here', lookedMs: 0, text: 'offers nothing' },
          start: () => cluster.watching.add(id),
          stop: async () => void cluster.watching.delete(id),
        },
        open: () => ({ look: async () => ({ kind: 'unchanged' }), forget: () => {} }),
        state,
        members: () => view().nodes,
        begin: (wish) => this.rollouts.begin(wish),
        logger: silentLogger,
      },
      { address: 'here', keys: [] },
    );
    const settings = rolloutSchema.parse({
      bakeMs: 3000,
      requestsMin: 50,
      startTimeoutMs: 5000,
      ...options.settings,
    });
    const peers = this.#peers();
    const figures = () => this.figures.figures();
    this.conductor = new Conductor(
      {
        state,
        propose: (command) => this.rollouts.propose(command),
        catchUp: async () => this.alive,
        view: () => (this.alive ? view() : null),
        host,
        figures,
        warmth: this.warmth,
        peers,
        handOver: async (to) => {
          this.asked.push('hand-over');
          await new Promise<void>((resolve) => clock.after(handOverMs, resolve));
          if (!cluster.nodes.some((node) => node.id === to && node.alive)) throw new Error('gone');
        },
        idle: () => offers.idle(),
        rules: (rules) => offers.rules(rules),
        clock,
        logger: silentLogger,
      },
      settings,
    );
    this.front = new RolloutFront({
      rollouts: this.rollouts,
      conductor: this.conductor,
      offers,
      host,
      peers,
      figures,
      warmth: this.warmth,
      view,
    });
  }

  #peers(): Pick<RolloutPeers, 'hostFacts' | 'figures' | 'inUse' | 'makeWarm' | 'order' | 'live'> {
    const to = ({ id }: { readonly id: NodeId }, what: string): Node => {
      this.asked.push(what);
      const node = this.cluster.nodes.find((one) => one.id === id && one.alive);
      if (node === undefined || !this.alive) throw new Error('nobody answers');
      return node;
    };
    return {
      hostFacts: async (peer, signal) => {
        this.signals.add(signal);
        return to(peer, 'facts').front.host.facts();
      },
      figures: async (peer) => to(peer, 'figures').front.figures(),
      inUse: async (peer) => to(peer, 'inUse').warmth.inUse(),
      makeWarm: (peer, functions) => to(peer, 'makeWarm').warmth.make(functions),
      live: async (peer) => to(peer, 'live').front.live(),
      order: async (peer, kind, order) => {
        const { host } = to(peer, kind).front;
        const does: Record<string, (order: never) => Promise<void> | void> = {
          prepare: (of) => host.prepare(of),
          start: (of) => host.start(of),
          stop: (of) => host.stop(of),
        };
        await does[kind]?.(order as never);
      },
    };
  }
}

export class ConductedCluster {
  readonly clock = new SimulatedClock();
  readonly nodes: Node[] = [];
  readonly watching = new Set<NodeId>();
  /** Whose functions were made ready, in order, by a node of which version, and who lived then. */
  readonly handed: { readonly of: string; readonly by: string; readonly living: NodeId[] }[] = [];
  readonly seats: Seat[] = [];
  /** Fewest members that were alive at any time. */
  aliveMin = Number.POSITIVE_INFINITY;
  readonly #log: Uint8Array[] = [];
  readonly #random = seededRandom(7);
  readonly #prepared = new Map<string, Set<string>>();
  #admitted = 0;
  #ids = 0;

  constructor(readonly options: ConductedOptions = {}) {}

  /** A node on each host. */
  static make(
    hosts: number,
    version: string | ((host: string) => string),
    options?: ConductedOptions,
  ): ConductedCluster {
    const cluster = new ConductedCluster(options);
    for (let host = 1; host <= hosts; host++) {
      for (const place of ['a', 'b']) {
        const http = `host-${host}:${place}`;
        cluster.seats.push({ host: `host-${host}`, name: place, http, node: null, version: null });
      }
    }
    for (const seat of cluster.seats.filter(({ name }) => name === 'a')) {
      seat.version = typeof version === 'string' ? version : version(seat.host);
      cluster.#admit(seat, seat.version);
    }
    return cluster;
  }

  get living(): readonly Node[] {
    return this.nodes.filter(({ alive }) => alive);
  }

  /** The most senior: of the version that leads, then the oldest. */
  get master(): Node {
    const [first] = this.#bySeniority();
    if (first === undefined) throw new Error('nobody lives');
    return first;
  }

  get rollout(): Rollout | undefined {
    const { current, past } = this.master.rollouts.state;
    return current ?? past[0];
  }

  get versions(): readonly string[] {
    return [...new Set(this.living.map(({ version }) => version))].sort();
  }

  begin(release: Partial<Manifest> = {}, again = false): Promise<Rollout> {
    const wanted = { version: 'B', digest: 'sha256:b', formatLevel: 2, artifact: 'here' };
    return this.master.rollouts.begin({ release: { ...wanted, ...release }, by: 'test', again });
  }

  /** SIGKILL for a node; its place is free. */
  kill(node: Node): void {
    node.alive = false;
    node.seat.node = null;
    node.seat.version = null;
    node.conductor.stop();
    this.#changed();
  }

  /** Moves time on until something is true. */
  async until(isSo: () => boolean, withinMs = 300_000): Promise<void> {
    const endMs = this.clock.nowMs() + withinMs;
    while (!isSo()) {
      if (this.clock.nowMs() >= endMs) {
        throw new Error(`not within ${withinMs} ms: ${JSON.stringify(this.rollout, null, 1)}`);
      }
      await this.pass(stepMs);
    }
  }

  async pass(ms: number): Promise<void> {
    for (const node of this.living) this.#serve(node);
    this.clock.advance(ms);
    this.aliveMin = Math.min(this.aliveMin, this.living.length);
    for (let turn = 0; turn < 3; turn++) await new Promise((done) => setImmediate(done));
  }

  view(of: Node): ClusterView {
    const nodes = this.#bySeniority().map((node, rank) => ({
      load: 0,
      waiting: 0,
      freeMemoryMb: 0,
      id: node.id,
      rank,
      role: rank === 0 ? ('master' as const) : ('worker' as const),
      status: 'alive' as const,
      http: node.seat.http,
      cluster: node.seat.http,
      release: node.version,
      joinedAt: node.joinedAt,
      cohort: node.cohort,
      degraded: false,
    }));
    const master = nodes[0]?.id ?? null;
    const voters = nodes.slice(0, 3).map(({ id }) => id);
    return { self: of.id, master, leader: master, term: 1, quorum: true, voters, nodes };
  }

  says(node: Node, cohort: number): void {
    if (node.cohort === cohort) return;
    node.cohort = cohort;
    this.#changed();
  }

  async propose(by: Node, command: Uint8Array): Promise<number> {
    if (!by.alive) throw new HearthError('no-quorum', 'It is dead.');
    const index = this.#log.push(command);
    for (const node of this.living) node.rollouts.machine.apply(index, command);
    this.#changed();
    return index;
  }

  provider(host: string): Provider {
    const seats = () => this.seats.filter((seat) => seat.host === host);
    const prepared = this.#prepared.get(host) ?? new Set();
    this.#prepared.set(host, prepared);
    const seatOf = (place: string): Seat => {
      const seat = seats().find(({ name }) => name === place);
      if (seat === undefined) throw new Error(`no place ${place}`);
      return seat;
    };
    return {
      kind: 'command',
      list: async () =>
        seats().map(
          ({ name, http, version }): Place => ({
            name,
            http,
            cluster: http,
            running: version === null ? null : { version },
          }),
        ),
      prepared: async () => [...prepared],
      prepare: async ({ version }) => {
        await this.options.prepare?.(host, version);
        prepared.add(version);
      },
      start: async (place, version) => {
        const seat = seatOf(place);
        if (seat.version === version) return;
        if (seat.version !== null) throw new HearthError('place-taken', `${place} is taken`);
        if (!prepared.has(version)) throw new Error(`${version} is not prepared on ${host}`);
        seat.version = version;
        this.clock.after(startMs, () => {
          if (seat.version === version && seat.node === null) this.#admit(seat, version);
        });
      },
      stop: async (place, how) => {
        const seat = seatOf(place);
        const { node } = seat;
        if (node === null) return;
        if (how === 'kill') return this.kill(node);
        this.clock.after(drainMs, () => node.alive && this.kill(node));
      },
    };
  }

  #serve({ version, figures }: Node): void {
    const share = this.options.errors?.(version) ?? 0;
    for (let request = 0; request < 5; request++) {
      const functionError = this.#random.next() < share;
      const ran = { start: 'warm' as const, hops: 0, functionError };
      figures.answered('f', 200, ran, 5 + 3 * this.#random.next());
    }
  }

  #admit(seat: Seat, version: string): void {
    this.#admitted += 1;
    const id = nodeId((++this.#ids).toString(16).padStart(32, '0'));
    const node = new Node(this, id, seat, version, this.#admitted);
    seat.node = node;
    this.nodes.push(node);
    for (const [at, command] of this.#log.entries()) {
      node.rollouts.machine.apply(at + 1, command);
    }
    node.conductor.start();
    this.#changed();
  }

  #changed(): void {
    for (const node of this.living) node.conductor.changed();
  }

  #bySeniority(): readonly Node[] {
    return this.living.toSorted((a, b) => b.cohort - a.cohort || a.joinedAt - b.joinedAt);
  }
}
