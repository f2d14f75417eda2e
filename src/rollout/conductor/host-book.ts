/**
 * What the hosts of the cluster say, as the conductor has it: one living node of each is asked every half second and
 * after each order, the next where that one does not answer. What is older than three seconds is not known any more.
 */
import { type Clock, type Logger, reasonOf } from '../../lib/index.js';
import type { NodeId, NodeView } from '../../types/index.js';
import type { HostFacts } from '../types.js';
import type { Peer } from './peers.js';

export interface HostBookDeps {
  readonly clock: Clock;
  /** Throws where the node does not answer in time. */
  ask(node: Peer): Promise<HostFacts>;
  readonly logger: Logger;
}

const freshMs = 3000;
/** A host reads some files for each of its places. */
const askEveryMs = 500;
/** Who has not answered is asked again after that; meanwhile another one of its host is. */
const doubtMs = 1000;

interface Told {
  readonly facts: HostFacts;
  /** When it was asked. */
  readonly atMs: number;
}

export class HostBook {
  readonly #hostOf = new Map<NodeId, string>();
  readonly #told = new Map<string, Told>();
  readonly #asked = new Set<NodeId>();
  /** Until when a host is not asked again. */
  readonly #restsUntilMs = new Map<string, number>();
  readonly #doubtedUntilMs = new Map<NodeId, number>();
  /** Why nodes did not answer last: said once. */
  readonly #reasons = new Map<NodeId, string>();
  #members: readonly NodeView[] = [];

  constructor(private readonly deps: HostBookDeps) {}

  /** Asks who is to be asked. `members`: the living ones. */
  look(members: readonly NodeView[]): void {
    this.#members = members;
    const alive = new Set(members.map(({ id }) => id));
    for (const id of this.#hostOf.keys()) if (!alive.has(id)) this.#hostOf.delete(id);
    for (const id of this.#doubtedUntilMs.keys()) {
      if (!alive.has(id)) this.#doubtedUntilMs.delete(id);
    }
    for (const id of this.#reasons.keys()) if (!alive.has(id)) this.#reasons.delete(id);
    for (const [host, { atMs }] of this.#told) {
      if (this.#isFresh(atMs)) continue;
      this.#told.delete(host);
      this.changed(host);
    }
    const hosts = new Set<string>();
    for (const node of this.#mostLikely()) {
      const host = this.#hostOf.get(node.id);
      if (host !== undefined && hosts.has(host)) continue;
      if (host !== undefined) hosts.add(host);
      if (host !== undefined && this.#rests(host)) continue;
      if (!this.#asked.has(node.id) && (host !== undefined || !this.#isDoubted(node.id))) {
        void this.#ask(node);
      }
    }
  }

  /** In the order of the hosts' names. */
  get facts(): readonly HostFacts[] {
    return [...this.#told.values()]
      .filter(({ atMs }) => this.#isFresh(atMs))
      .map(({ facts }) => facts)
      .sort((a, b) => (a.host < b.host ? -1 : 1));
  }

  /** Who can do something on a host now. */
  nodeOf(host: string): NodeView | undefined {
    return this.#mostLikely().find(({ id }) => this.#hostOf.get(id) === host);
  }

  /** Something was done there: it is asked at the next look. */
  changed(host: string): void {
    this.#restsUntilMs.delete(host);
  }

  /** It did not do what it was asked for: the next time, another one is asked. */
  doubt(id: NodeId): void {
    this.#doubtedUntilMs.set(id, this.deps.clock.nowMs() + doubtMs);
    const host = this.#hostOf.get(id);
    if (host !== undefined) this.changed(host);
  }

  #mostLikely(): readonly NodeView[] {
    const rank = ({ id }: NodeView): number => Number(this.#isDoubted(id));
    return this.#members.toSorted((a, b) => rank(a) - rank(b));
  }

  #rests(host: string): boolean {
    return (this.#restsUntilMs.get(host) ?? 0) > this.deps.clock.nowMs();
  }

  #isFresh(atMs: number): boolean {
    return this.deps.clock.nowMs() - atMs <= freshMs;
  }

  #isDoubted(id: NodeId): boolean {
    return (this.#doubtedUntilMs.get(id) ?? 0) > this.deps.clock.nowMs();
  }

  async #ask(node: NodeView): Promise<void> {
    const atMs = this.deps.clock.nowMs();
    this.#asked.add(node.id);
    try {
      const facts = await this.deps.ask(node);
      this.#hostOf.set(node.id, facts.host);
      this.#restsUntilMs.set(facts.host, atMs + askEveryMs);
      this.#doubtedUntilMs.delete(node.id);
      const told = this.#told.get(facts.host);
      if (told === undefined || told.atMs <= atMs) this.#told.set(facts.host, { facts, atMs });
    } catch (error) {
      this.doubt(node.id);
      const reason = reasonOf(error);
      if (this.#reasons.get(node.id) !== reason) {
        this.deps.logger.info({ node: node.http, reason }, 'a node does not tell of its host');
      }
      this.#reasons.set(node.id, reason);
    } finally {
      this.#asked.delete(node.id);
    }
  }
}
