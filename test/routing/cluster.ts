/**
 * Many routers in one thread on simulated time, each over an executor that only counts: how long a start and a run
 * take, how much memory a sandbox needs. News of who is warm and of queues come late, as they do in real clusters.
 */
import type { FunctionRecord } from '../../src/catalog/index.js';
import { nextTurn, SimulatedClock, seededRandom, silentLogger } from '../../src/lib/index.js';
import { type ForwardReply, type RoutedOutcome, Router } from '../../src/routing/index.js';
import {
  type ClusterView,
  coarseMemoryMb,
  coarseWaiting,
  type FunctionKey,
  functionKey,
  HearthError,
  type Holder,
  type InvocationOutcome,
  type NodeId,
  type NodeView,
  nodeId,
  requestId,
} from '../../src/types/index.js';
import { invocationOf, outcomeOf, viewOf } from './fixture.js';

export interface ClusterOptions {
  readonly nodes: number;
  /** Nodes that tell of no memory are placed on by nobody. */
  readonly placing: boolean;
  readonly startMs: number;
  readonly runMs: number;
  readonly idleMs: number;
  /** Of each node. */
  readonly memoryMb: number;
  /** Requests that wait at a node: more are refused. */
  readonly waitingMax: number;
  readonly records: readonly FunctionRecord[];
}

const wayMs = 1;
/** How long a claim takes to be known everywhere. */
const claimMs = 150;
const loadEveryMs = 2000;

export class RoutedCluster {
  readonly clock = new SimulatedClock();
  readonly nodes: SimulatedExecutor[];
  readonly #records: ReadonlyMap<string, FunctionRecord>;
  readonly #views = new Map<NodeId, ClusterView>();
  readonly #status = new Map<NodeId, Partial<NodeView>>();
  #requests = 0;

  constructor(readonly options: ClusterOptions) {
    this.#records = new Map(options.records.map((record) => [record.name, record]));
    this.nodes = Array.from({ length: options.nodes }, (_, index) => {
      return new SimulatedExecutor(this, nodeId((index + 1).toString(16).padStart(32, '0')));
    });
    for (const node of this.nodes) node.router = this.#routerOf(node);
    this.tellLoads();
    this.clock.every(loadEveryMs, () => this.tellLoads());
  }

  /** Asks one node, and lets time pass only where the caller does. */
  invoke(node: number, functionName: string): Promise<RoutedOutcome> {
    const id = requestId(String(++this.#requests));
    const asked = this.nodes[node % this.nodes.length];
    return (asked as SimulatedExecutor).router.invoke(
      invocationOf({ requestId: id, functionName }),
    );
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed++) {
      this.clock.advance(1);
      await nextTurn();
    }
  }

  /** From now on everybody sees the node like this. */
  change(node: NodeId, status: Partial<NodeView>): void {
    this.#status.set(node, status);
    this.tellLoads();
  }

  /** What everybody knows of everybody's load is as it is now. */
  tellLoads(): void {
    const { placing } = this.options;
    const told = this.nodes.map((node): Partial<NodeView> => {
      const { waiting, freeMemoryMb } = node.load();
      return {
        id: node.id,
        waiting: coarseWaiting(waiting),
        freeMemoryMb: placing ? coarseMemoryMb(freeMemoryMb) : 0,
        ...this.#status.get(node.id),
      };
    });
    for (const { id } of this.nodes) {
      const { nodes, ...view } = viewOf(id, told);
      this.#views.set(id, { ...view, nodes: nodes.slice(1) });
    }
  }

  nodesWith(functionName: string): readonly SimulatedExecutor[] {
    return this.nodes.filter((node) => node.fetched.has(functionName));
  }

  sum(count: (node: SimulatedExecutor) => number): number {
    return this.nodes.reduce((sum, node) => sum + count(node), 0);
  }

  #routerOf(node: SimulatedExecutor): Router {
    const { clock } = this;
    const seed = Number.parseInt(node.id, 16);
    return new Router(
      {
        catalog: {
          get: (name) => this.#records.get(name),
          alias: () => undefined,
          catchUp: async () => true,
        },
        self: () => node.id,
        ready: () => true,
        view: () => this.#views.get(node.id) ?? null,
        here: node,
        shares: () => null,
        lookup: async (key) => this.#holders(key, node.id),
        forwarder: {
          usable: () => true,
          forward: async (to, call): Promise<ForwardReply> => {
            await this.after(wayMs);
            const target = this.nodes.find(({ id }) => id === to);
            const isGone = this.#status.get(to)?.status === 'dead';
            if (target === undefined || isGone) return { kind: 'unreachable' };
            const reply = await target.router.receive(call);
            await this.after(wayMs);
            return reply;
          },
        },
        clock,
        random: seededRandom(seed),
        logger: silentLogger,
      },
      { routing: 'tiered', spreadForwardsPerS: 20, queueWaitMs: 30_000 },
    );
  }

  after(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }

  async #holders(key: FunctionKey, asker: NodeId): Promise<readonly Holder[]> {
    const beforeMs = this.clock.nowMs() - claimMs;
    return this.nodes
      .filter(
        ({ id, warmSinceMs }) => id !== asker && (warmSinceMs.get(key) ?? Infinity) < beforeMs,
      )
      .map((node) => ({ node: node.id, load: node.busyPercent(key) }));
  }
}

interface Pool {
  idle: number;
  busy: number;
  starting: number;
  readonly waiters: ((start: 'cold' | 'stolen') => void)[];
  usedMs: number;
}

/** Sandboxes as numbers. */
class SimulatedExecutor {
  router!: Router;
  /** Functions whose code was fetched. */
  readonly fetched = new Set<string>();
  readonly warmSinceMs = new Map<FunctionKey, number>();
  readonly #pools = new Map<FunctionKey, Pool>();
  sandboxesMade = 0;
  waitingPeak = 0;
  #sandboxes = 0;

  constructor(
    private readonly cluster: RoutedCluster,
    readonly id: NodeId,
  ) {
    cluster.clock.every(1000, () => this.#endIdle());
  }

  runIfWarm(record: FunctionRecord): Promise<InvocationOutcome> | 'busy' | 'not-here' {
    const pool = this.#pools.get(keyOf(record));
    if (pool === undefined || pool.idle + pool.busy === 0) return 'not-here';
    if (pool.idle === 0) return 'busy';
    pool.idle--;
    return this.#run(record, pool, 'warm');
  }

  async run(record: FunctionRecord): Promise<InvocationOutcome> {
    const running = this.runIfWarm(record);
    if (typeof running !== 'string') return running;
    if (this.load().waiting >= this.cluster.options.waitingMax) {
      throw new HearthError('too-many-requests', 'Rate Exceeded.');
    }
    const pool = this.#poolOf(record);
    const start = await new Promise<'cold' | 'stolen'>((resolve) => {
      pool.waiters.push(resolve);
      if (pool.starting < pool.waiters.length) void this.#start(record, pool);
      this.waitingPeak = Math.max(this.waitingPeak, this.load().waiting);
    });
    return this.#run(record, pool, start);
  }

  prewarm(record: FunctionRecord): void {
    const pool = this.#poolOf(record);
    if (pool.idle + pool.busy + pool.starting === 0) void this.#start(record, pool);
  }

  hasRoom(record: FunctionRecord): boolean {
    const { waiting, freeMemoryMb } = this.load();
    return waiting < this.cluster.options.waitingMax && freeMemoryMb >= record.memoryMb;
  }

  load() {
    let waiting = 0;
    for (const { waiters } of this.#pools.values()) waiting += waiters.length;
    return { waiting, freeMemoryMb: this.cluster.options.memoryMb - 128 * this.#sandboxes };
  }

  busyPercent(key: FunctionKey): number {
    const { idle, busy } = this.#pools.get(key) ?? { idle: 0, busy: 1 };
    return (100 * busy) / Math.max(1, idle + busy);
  }

  #poolOf(record: FunctionRecord): Pool {
    const key = keyOf(record);
    const pool = this.#pools.get(key) ?? { idle: 0, busy: 0, starting: 0, waiters: [], usedMs: 0 };
    this.#pools.set(key, pool);
    return pool;
  }

  async #start(record: FunctionRecord, pool: Pool): Promise<void> {
    this.fetched.add(record.name);
    this.sandboxesMade++;
    this.#sandboxes++;
    pool.starting++;
    await this.cluster.after(this.cluster.options.startMs);
    pool.starting--;
    this.#free(record, pool, 'cold');
  }

  async #run(
    record: FunctionRecord,
    pool: Pool,
    start: 'cold' | 'warm' | 'stolen',
  ): Promise<InvocationOutcome> {
    pool.busy++;
    await this.cluster.after(this.cluster.options.runMs);
    pool.busy--;
    this.#free(record, pool, 'stolen');
    return outcomeOf({ start });
  }

  /** A new sandbox, or one that has done its work, goes to who waits for one. */
  #free(record: FunctionRecord, pool: Pool, start: 'cold' | 'stolen'): void {
    const { clock } = this.cluster;
    const key = keyOf(record);
    if (!this.warmSinceMs.has(key)) this.warmSinceMs.set(key, clock.nowMs());
    pool.usedMs = clock.nowMs();
    const waiter = pool.waiters.shift();
    if (waiter === undefined) pool.idle++;
    else waiter(start);
  }

  #endIdle(): void {
    const { clock, options } = this.cluster;
    for (const [key, pool] of this.#pools) {
      if (pool.usedMs + options.idleMs > clock.nowMs()) continue;
      this.#sandboxes -= pool.idle;
      pool.idle = 0;
      if (pool.busy + pool.starting === 0) this.warmSinceMs.delete(key);
    }
  }
}

function keyOf({ name, version, revision }: FunctionRecord): FunctionKey {
  return functionKey(name, version, revision);
}
