/**
 * `hearth up`: a whole cluster on one machine. `start` brings up the nodes, waits until each sees all
 * others, and opens the balancer; `stop` ends everything that was started, in reverse order, also when
 * the start was interrupted half-way. How a node process is started is injected. What happens after a node
 * has died by itself is told in `restarts.ts`.
 */
import type { Clock } from '../lib/index.js';
import { formatHostPort, type HostPort } from '../types/index.js';
import { LambdaClient } from './api-client.js';
import type { ClusterPage } from './api-types.js';
import { Balancer } from './balancer.js';
import { asFailure, CommandFailure } from './failure.js';
import { cleanExit, type NodeExit, type NodeProcess } from './node-process.js';
import { PlaceWatch, wasDrained } from './place-watch.js';
import { Restarts } from './restarts.js';
import { RolloutClient } from './rollout/pages.js';
import { sleep } from './sleep.js';
import type { PlannedNode, UpPlan } from './up-plan.js';

export interface UpCollaborators {
  readonly clock: Clock;
  readonly startNode: (plan: PlannedNode) => NodeProcess;
  /** A line of progress for the person who watches. */
  readonly say: (line: string) => void;
  /** Ends what the sandboxes of a killed node left behind, told by its data directory. */
  readonly sweepLeftovers?: ((nodeDataDir: string) => Promise<void>) | undefined;
  /** Told the numbers of the places where nodes run, when that has changed. */
  readonly ran?: ((numbers: readonly number[]) => void) | undefined;
}

export interface UpSettings {
  readonly plan: UpPlan;
  readonly balancer: HostPort;
  /** How long a stopping node may drain, milliseconds. */
  readonly drainMs: number;
  /** Start a node again that crashed or was killed. */
  readonly restart?: boolean;
  /** Where rollouts unpack releases. */
  readonly releases: string;
  /** How long the whole start may take, milliseconds. */
  readonly startTimeoutMs?: number;
}

const startTimeoutBaseMs = 60_000;
const startTimeoutPerNodeMs = 3000;
const pollIntervalMs = 100;
const pollTimeoutMs = 2000;
/** Beyond the drain, before a stopping node is killed. */
const killGraceMs = 5000;
/** How long a killed process may take to be gone. */
const reapTimeoutMs = 2000;
/** How often a node that is no child is looked at while it ends. */
const adoptedPollMs = 100;

const logHint = 'start with --data DIR and look into its node-*.log files.';

export class Up {
  readonly #alive = new Set<NodeProcess>();
  /** Under way: what dead nodes left behind is cleared at once, not only at the end. */
  readonly #sweeps: Promise<void>[] = [];
  readonly #restarts: Restarts;
  readonly #watch: PlaceWatch;
  readonly #clients: LambdaClient[] = [];
  readonly #death = new AbortController();
  #balancer: Balancer | null = null;
  #started = false;
  #stopping = false;

  constructor(
    private readonly collaborators: UpCollaborators,
    private readonly settings: UpSettings,
  ) {
    const { clock, say } = collaborators;
    this.#restarts = new Restarts({
      clock,
      say,
      start: (plan) => this.#spawn(this.#joining(plan)),
      mayStart: () => this.#mayStart(),
    });
    this.#watch = new PlaceWatch(
      {
        clock,
        isKnown: (pid) => [...this.#alive].some((node) => node.pid === pid),
        found: (node) => this.#take(node),
      },
      { places: settings.plan.places, releases: settings.releases },
    );
  }

  /** Resolves with the balancer's URL; rejects with the reason of the first node that fails. */
  async start(interrupted: AbortSignal): Promise<string> {
    const { plan, balancer } = this.settings;
    const timeoutMs =
      this.settings.startTimeoutMs ??
      startTimeoutBaseMs + startTimeoutPerNodeMs * plan.nodes.length;
    const deadlineMs = this.collaborators.clock.nowMs() + timeoutMs;
    const given = AbortSignal.any([interrupted, this.#death.signal]);

    const [first, ...rest] = plan.nodes;
    if (plan.founds && first !== undefined) {
      // The founder first: the others have somebody to join.
      await this.#ready([this.#spawn(first)], deadlineMs, given);
      await this.#ready(
        rest.map((node) => this.#spawn(node)),
        deadlineMs,
        given,
      );
    } else {
      // Old members need each other for a majority, hence all at once.
      await this.#ready(
        plan.nodes.map((node) => this.#spawn(node)),
        deadlineMs,
        given,
      );
    }
    await this.#agreed(deadlineMs, given);
    this.#balancer = new Balancer(this.collaborators.clock, {
      listen: balancer,
      targets: plan.places.map((place) => `http://${place.http}`),
    });
    const address = await this.#balancer.start();
    this.#started = true;
    this.#tellRan();
    this.#watch.start();
    return `http://${formatHostPort(address)}`;
  }

  /** Resolves when no node is left, for whatever reason, and none is about to be started again. */
  async allGone(): Promise<void> {
    while (this.#alive.size + this.#restarts.pending.size > 0) {
      const ends = [...this.#alive].map((node) => node.exited);
      await Promise.race([...ends, ...this.#restarts.pending]);
    }
  }

  /** Kills what still drains: somebody asked a second time. */
  killNow(): void {
    for (const node of this.#alive) this.#kill(node);
  }

  /** Ends everything that was started; harmless when nothing was. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#restarts.stop();
    this.#balancer?.quiesce();
    this.#watch.stop();
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.#end();
    // what a rollout has begun to start meanwhile
    await this.#watch.look();
    if (this.#alive.size > 0) await this.#end();
    await this.#balancer?.stop();
    await Promise.all(this.#sweeps);
  }

  async #end(): Promise<void> {
    const { clock } = this.collaborators;
    const polled = clock.every(adoptedPollMs, () => void this.#watch.look());
    for (const node of this.#alive) {
      // a second signal would end it at once
      if (!(await wasDrained(node))) node.terminate();
    }
    const done = new AbortController();
    const gone = this.allGone().then(() => done.abort());
    await sleep(clock, this.settings.drainMs + killGraceMs, done.signal);
    if (this.#alive.size > 0) {
      this.killNow();
      await sleep(clock, reapTimeoutMs, done.signal);
    }
    if (this.#alive.size === 0) await gone;
    polled();
  }

  #spawn(plan: PlannedNode): NodeProcess {
    const node = this.collaborators.startNode(plan);
    this.#take(node);
    return node;
  }

  #take(node: NodeProcess): void {
    this.#alive.add(node);
    if (this.#started) this.#tellRan();
    void node.ready.then(() => {
      const { number, http, cluster } = node.plan;
      const release = node.version ? ` of ${node.version}` : '';
      this.collaborators.say(`node ${number}${release} is up: HTTP ${http}, cluster ${cluster}`);
    });
    void node.exited.then((exit) => this.#onExit(node, exit));
  }

  #tellRan(): void {
    this.collaborators.ran?.([...this.#alive].map(({ plan }) => plan.number));
  }

  #onExit(node: NodeProcess, exit: NodeExit): void {
    this.#alive.delete(node);
    if (this.#started && !this.#stopping) this.#tellRan();
    const isClean = exit.how === cleanExit;
    const swept = isClean ? Promise.resolve() : this.#sweep(node);
    this.#sweeps.push(swept);
    if (this.#stopping) return;
    const text = `node ${node.plan.number} ended (${exit.how})${exit.reason && `: ${exit.reason}`}`;
    if (!this.#started) this.#death.abort(new CommandFailure(text));
    else if (this.settings.restart && !isClean) this.#restarts.died(node, text, swept);
    else void this.#sayEnded(node, text);
  }

  async #sayEnded(node: NodeProcess, text: string): Promise<void> {
    const drained = `node ${node.plan.number} was drained by a rollout.`;
    this.collaborators.say((await wasDrained(node)) ? drained : `${text}; the others go on.`);
  }

  /** A rollout starts nodes itself, in other places, and may have replaced this one by the time that it ends. */
  async #mayStart(): Promise<'now' | 'wait' | 'never'> {
    if (await this.#isRollingOut()) return 'wait';
    await this.#watch.look();
    return this.#alive.size < this.settings.plan.nodes.length ? 'now' : 'never';
  }

  /** As any of the nodes knows; false where none answers. */
  async #isRollingOut(): Promise<boolean> {
    for (const { plan } of this.#alive) {
      const client = new LambdaClient(`http://${plan.http}`, pollTimeoutMs);
      try {
        return (await new RolloutClient(client).page()).current !== null;
      } catch {
        // the next one
      } finally {
        await client.close();
      }
    }
    return false;
  }

  /** As it was started, but that it knows a cluster now: it asks any of the others. */
  #joining(plan: PlannedNode): PlannedNode {
    const others = this.settings.plan.places.filter(({ number }) => number !== plan.number);
    return { ...plan, join: others.map(({ cluster }) => cluster) };
  }

  async #sweep(node: NodeProcess): Promise<void> {
    const { sweepLeftovers, say } = this.collaborators;
    await sweepLeftovers?.(node.plan.dataDir).catch((thrown: unknown) => {
      say(asFailure(thrown, `leftovers of node ${node.plan.number} remain`).message);
    });
  }

  #kill(node: NodeProcess): void {
    this.collaborators.say(`node ${node.plan.number} does not stop; killing it.`);
    node.kill();
  }

  async #ready(nodes: NodeProcess[], deadlineMs: number, given: AbortSignal): Promise<void> {
    const done = new AbortController();
    void Promise.all(nodes.map((node) => node.ready)).then(() => done.abort());
    const remainingMs = deadlineMs - this.collaborators.clock.nowMs();
    await sleep(this.collaborators.clock, remainingMs, AbortSignal.any([done.signal, given]));
    if (done.signal.aborted) return;
    given.throwIfAborted();
    throw new CommandFailure(
      `${nodes.map((node) => `node ${node.plan.number}`).join(', ')} did not get ready in time; ` +
        logHint,
    );
  }

  /** Waits until every node sees all of them alive and a majority accepts writes. */
  async #agreed(deadlineMs: number, given: AbortSignal): Promise<void> {
    const { nodes } = this.settings.plan;
    for (const node of nodes) {
      const client = new LambdaClient(`http://${node.http}`, pollTimeoutMs);
      this.#clients.push(client);
      for (;;) {
        const missing = await whatIsMissing(client, nodes.length);
        given.throwIfAborted();
        if (missing === null) break;
        if (this.collaborators.clock.nowMs() >= deadlineMs) {
          throw new CommandFailure(
            `the cluster did not form in time: node ${node.number} says: ${missing}; ${logHint}`,
          );
        }
        await sleep(this.collaborators.clock, pollIntervalMs, given);
        given.throwIfAborted();
      }
    }
  }
}

async function whatIsMissing(client: LambdaClient, nodes: number): Promise<string | null> {
  let page: ClusterPage;
  try {
    page = await client.cluster();
  } catch (thrown) {
    return asFailure(thrown).message;
  }
  const alive = page.nodes.filter((node) => node.status === 'alive').length;
  if (alive !== nodes) return `${alive} of ${nodes} nodes are alive`;
  return page.quorum ? null : 'no majority accepts writes';
}
