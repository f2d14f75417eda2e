/**
 * The actor of the routing table: hands members, claims, messages and time to the one TableCore of this
 * node, and performs what it says. Part of the cluster actor's loop, with a timer that follows the core.
 */
import type { GossipMember } from '../gossip/index.js';
import type { Clock, Logger, Random } from '../lib/index.js';
import { type FunctionKey, HearthError, type NodeId, type WarmClaim } from '../types/index.js';
import type { ToData } from './messages.js';
import type { Peers } from './peers.js';
import {
  decodeTableMessage,
  encodeTableMessage,
  TableCore,
  type TableCounters,
} from './table/index.js';
import { TableStreams } from './table-streams.js';

export interface TableActorDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly peers: Pick<Peers, 'openTable'>;
  /** Null before the node has joined. */
  readonly clusterId: () => string | null;
  readonly addressOf: (node: NodeId) => string | undefined;
  readonly toData: (message: Extract<ToData, { kind: 'holders' }>) => void;
}

export class TableActor {
  readonly streams: TableStreams;
  readonly #core: TableCore;
  #armedMs = Number.POSITIVE_INFINITY;
  #disarm: () => void = () => {};
  #stopped = false;

  constructor(
    private readonly deps: TableActorDeps,
    self: { readonly id: NodeId; readonly generation: number },
  ) {
    this.#core = new TableCore(self, deps.random);
    this.streams = new TableStreams({
      ...deps,
      self: self.id,
      receive: (from, bytes) => this.#receive(from, bytes),
    });
  }

  membersChanged(members: readonly GossipMember[]): void {
    const present = new Set<NodeId>();
    const seen = members.map(({ id, generation, status, meta }) => {
      if (status === 'alive' || status === 'suspect') present.add(id);
      const { joinedAt, cohort, degraded } = meta;
      return { id, generation, status, joinedAt, cohort, degraded };
    });
    this.streams.keepOnly((node) => present.has(node));
    this.#core.membersChanged(seen, this.deps.clock.nowMs());
    this.#perform();
  }

  /** What this node says about itself. */
  claim(claims: readonly WarmClaim[]): void {
    this.#core.claim(claims, this.deps.clock.nowMs());
    this.#perform();
  }

  /** Who holds a function warm: a `holders` message with this `call` follows. */
  lookup(call: number, key: FunctionKey): void {
    this.#core.lookup(call, key, this.deps.clock.nowMs());
    this.#perform();
  }

  /** Gives the whole table to another node. Resolves with the number of claims once it is ready to rule. */
  handOver(to: NodeId): Promise<number> {
    const error = new HearthError('no-quorum', `${to} does not take the routing table; try again.`);
    return Promise.reject(error);
  }

  counters(): TableCounters {
    return this.#core.counters();
  }

  stop(): void {
    this.#stopped = true;
    this.#disarm();
    this.streams.close();
  }

  #receive(from: NodeId, bytes: Buffer): void {
    if (this.#stopped) return;
    try {
      const message = decodeTableMessage(bytes);
      if (message !== null) this.#core.receive(from, message, this.deps.clock.nowMs());
    } catch (error) {
      this.deps.logger.warn({ err: error, from }, 'dropped a message of the routing table');
    }
    this.#perform();
  }

  #perform(): void {
    const { effects } = this.#core;
    for (const effect of effects.splice(0)) {
      if (effect.kind === 'answer') {
        this.deps.toData({ kind: 'holders', call: effect.call, holders: effect.holders });
        continue;
      }
      const bytes = encodeTableMessage(effect.message);
      for (const to of effect.to) this.streams.send(to, bytes);
    }
    this.#arm();
  }

  /** One timer, moved only to an earlier time. */
  #arm(): void {
    const { dueMs } = this.#core;
    if (this.#stopped || dueMs >= this.#armedMs) return;
    this.#disarm();
    this.#armedMs = dueMs;
    const delayMs = Math.max(0, dueMs - this.deps.clock.nowMs());
    this.#disarm = this.deps.clock.after(delayMs, () => {
      this.#armedMs = Number.POSITIVE_INFINITY;
      this.#core.tick(this.deps.clock.nowMs());
      this.#perform();
    });
  }
}
