/**
 * One time as Master: looks at the facts every 250 ms, and at once when something has changed, has the plan say what
 * they call for, and does that. It remembers nothing that the next Master would need; its end is the end of all that it has on its way.
 */
import { type Clock, type Logger, reasonOf } from '../../lib/index.js';
import type { ClusterView, NodeId, NodeView } from '../../types/index.js';
import { plan } from '../plan/plan.js';
import type {
  Action,
  Comparison,
  Facts,
  HostFacts,
  NodeFigures,
  PlanSettings,
  RolloutCommand,
  RolloutState,
  WarmthDesk,
} from '../types.js';
import { Comparisons } from './comparisons.js';
import { Deeds } from './deeds.js';
import { FormatWatch } from './format-watch.js';
import { HostBook } from './host-book.js';
import { isLiving } from './members.js';
import type { HostOrders, Peer, RolloutPeers } from './peers.js';
import { WarmSuccessors } from './warm-successors.js';

export interface ReignDeps {
  readonly state: () => RolloutState;
  /** Resolves when this node has applied it. Throws `no-quorum`. */
  readonly propose: (command: RolloutCommand) => Promise<unknown>;
  /** Whether this node knows all that was acknowledged. */
  readonly catchUp: () => Promise<boolean>;
  readonly view: () => ClusterView | null;
  /** Of this node. */
  readonly host: OrderTaker & { facts(): Promise<HostFacts> };
  readonly figures: () => NodeFigures;
  readonly warmth: WarmthDesk;
  readonly peers: Pick<RolloutPeers, 'hostFacts' | 'figures' | 'inUse' | 'makeWarm' | 'order'>;
  readonly handOver: (to: NodeId) => Promise<void>;
  /** Nothing is under way: what a source offers may be begun. */
  readonly idle: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

type OrderTaker = {
  [Kind in keyof HostOrders]: (order: HostOrders[Kind]) => Promise<void> | void;
};

const lookEveryMs = 250;

type Outward = Exclude<Action, { readonly kind: 'command' }>;

export class Reign {
  readonly #ending = new AbortController();
  readonly #hosts: HostBook;
  readonly #comparisons: Comparisons;
  readonly #deeds: Deeds;
  readonly #successors: WarmSuccessors;
  readonly #format = new FormatWatch();
  readonly #cancel: () => void;
  #heirReady: NodeId | null = null;
  #looking = false;
  #again = false;
  /** Rollout and step at the last look. */
  #at = '';

  constructor(
    private readonly deps: ReignDeps,
    private readonly settings: PlanSettings,
  ) {
    const { clock, logger, host, peers, warmth } = deps;
    const { signal } = this.#ending;
    const isSelf = ({ id }: Peer): boolean => id === deps.view()?.self;
    this.#hosts = new HostBook({
      clock,
      logger,
      ask: (node) => (isSelf(node) ? host.facts() : peers.hostFacts(node, signal)),
    });
    const ask = async (node: Peer): Promise<NodeFigures> =>
      isSelf(node) ? deps.figures() : peers.figures(node, signal);
    this.#comparisons = new Comparisons({ clock, ask }, settings);
    this.#successors = new WarmSuccessors({
      inUse: async (node) => (isSelf(node) ? warmth.inUse() : peers.inUse(node, signal)),
      make: (node, wanted) =>
        isSelf(node) ? warmth.make(wanted) : peers.makeWarm(node, wanted, signal),
      logger,
    });
    this.#deeds = new Deeds({ clock, logger, done: () => this.look() });
    this.#cancel = clock.every(lookEveryMs, () => this.look());
    this.look();
  }

  get comparison(): Comparison | null {
    return this.#comparisons.latest;
  }

  end(): void {
    this.#cancel();
    this.#ending.abort();
  }

  /** One at a time; what changes meanwhile is looked at right after. */
  look(): void {
    if (this.#ending.signal.aborted) return;
    this.#again = this.#looking;
    if (this.#looking) return;
    this.#looking = true;
    this.#look()
      .catch((error: unknown) => {
        this.deps.logger.warn({ err: error }, 'the rollout could not be led on at this look');
      })
      .finally(() => {
        this.#looking = false;
        if (this.#again) this.look();
      });
  }

  async #look(): Promise<void> {
    const { deps } = this;
    const view = deps.view();
    if (view === null) return;
    const state = deps.state();
    const members = view.nodes.filter(isLiving);
    if (state.current === null) {
      await this.#rest(members, state);
      return;
    }
    const at = `${state.current.id} ${state.current.step}`;
    if (at !== this.#at) this.#deeds.forget();
    if (state.current.step !== 'handing-over') this.#heirReady = null;
    this.#at = at;
    this.#hosts.look(members);
    this.#comparisons.look(state.current, members);
    const facts = this.#facts(view, members);
    const actions = plan(state, facts, this.settings);
    deps.logger.debug({ at, actions }, 'the rollout as planned');
    const outward = actions.filter((action) => action.kind !== 'command');
    await this.#perform(outward, state);
    const decided = actions.find((action) => action.kind === 'command');
    await this.#decide(decided?.command ?? this.#toTell(state), state);
  }

  /** Nothing is under way. */
  async #rest(members: readonly NodeView[], state: RolloutState): Promise<void> {
    const { clock, idle } = this.deps;
    this.#comparisons.forget();
    const level = this.#format.look(clock.nowMs(), members, state.formatLevel);
    if (level !== null) await this.#decide({ kind: 'format', level }, state);
    await idle();
  }

  #facts(view: ClusterView, members: readonly NodeView[]): Facts {
    const votes = new Set(view.voters);
    const byAge = members.toSorted((a, b) => a.joinedAt - b.joinedAt);
    return {
      nowMs: this.deps.clock.wallMs(),
      self: view.self,
      master: view.master,
      leader: view.leader,
      members: byAge.map(({ id, http, release, joinedAt, rank }) => ({
        id,
        http,
        version: release,
        joinedAt,
        rank,
        isVoter: votes.has(id),
      })),
      voters: votes.size,
      votersAlive: members.filter(({ id }) => votes.has(id)).length,
      hosts: this.#hosts.facts,
      comparison: this.#comparisons.latest,
      heirReady: this.#heirReady,
    };
  }

  /** Only what is new to do, and only where this node is sure that nobody has decided otherwise since. */
  async #perform(actions: readonly Outward[], planned: RolloutState): Promise<void> {
    const due = actions.filter((action) => this.#deeds.isDue(nameOf(action)));
    if (due.length === 0) return;
    const isSure = await this.deps.catchUp();
    if (!isSure || this.deps.state() !== planned || this.#ending.signal.aborted) return;
    for (const action of due) void this.#deeds.run(nameOf(action), () => this.#do(action, planned));
  }

  async #do(action: Outward, { current }: RolloutState): Promise<void> {
    if (current === null) return;
    const about = { rollout: current.id, revision: current.revision };
    switch (action.kind) {
      case 'prepare':
        await this.#order(action.host, 'prepare', { ...about, version: action.release.version });
        return;
      case 'start': {
        const { host, place, version } = action;
        await this.#order(host, 'start', { ...about, place, version });
        return;
      }
      case 'stop': {
        const { host, place, how } = action;
        if (how === 'drain') await this.#warmSuccessorOf(action);
        await this.#order(host, 'stop', { ...about, place, how });
        return;
      }
      case 'hand-over':
        await this.deps.handOver(action.to);
        this.#heirReady = action.to;
        return;
      default:
        throw new Error(`an unknown action: ${JSON.stringify(action satisfies never)}`);
    }
  }

  async #warmSuccessorOf({ host, place, version }: Outward & { kind: 'stop' }): Promise<void> {
    const places = this.#hosts.facts.find((one) => one.host === host)?.places ?? [];
    const http = places.find(({ name }) => name === place)?.http;
    const members = this.deps.view()?.nodes.filter(isLiving) ?? [];
    const leaving = members.find((one) => one.http === http && one.release === version);
    const staying = members.filter(({ release }) => release !== version);
    if (leaving !== undefined) await this.#successors.handOn(leaving, staying);
  }

  async #order<Kind extends keyof HostOrders>(
    host: string,
    kind: Kind,
    order: HostOrders[Kind],
  ): Promise<void> {
    const node = this.#hosts.nodeOf(host);
    if (node === undefined) throw new Error(`no living node of the host ${host} is known`);
    try {
      if (node.id === this.deps.view()?.self) await this.#here[kind](order);
      else await this.deps.peers.order(node, kind, order, this.#ending.signal);
      this.#hosts.changed(host);
    } catch (error) {
      this.#hosts.doubt(node.id);
      throw error;
    }
  }

  get #here(): OrderTaker {
    return this.deps.host;
  }

  #toTell({ current }: RolloutState): RolloutCommand | undefined {
    const text = this.#deeds.nextUntold();
    if (text === undefined || current === null) return undefined;
    const { revision } = current;
    return { kind: 'told', revision, atMs: this.deps.clock.wallMs(), text };
  }

  /** A command that loses against another one changes nothing, and the next look sees what that one did. */
  async #decide(command: RolloutCommand | undefined, planned: RolloutState): Promise<void> {
    if (command === undefined || this.#ending.signal.aborted) return;
    if (this.deps.state() !== planned) return;
    try {
      await this.deps.propose(command);
    } catch (error) {
      const reason = reasonOf(error);
      this.deps.logger.info({ reason, command: command.kind }, 'a step of the rollout has to wait');
    }
  }
}

/** In the words of the story. */
function nameOf(action: Outward): string {
  switch (action.kind) {
    case 'prepare':
      return `preparing ${action.release.version} on ${action.host}`;
    case 'start':
      return `starting ${action.version} in ${action.place} on ${action.host}`;
    case 'stop':
      return `${action.how === 'kill' ? 'ending' : 'draining'} the node in ${action.place} on ${action.host}`;
    case 'hand-over':
      return `handing over to node ${action.to}`;
    default:
      throw new Error(`an unknown action: ${JSON.stringify(action satisfies never)}`);
  }
}
