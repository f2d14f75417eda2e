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
import {
  giveTable,
  type HandoverAnswer,
  type HandoverStream,
  takeTable,
} from './table-handover.js';
import { TableStreams } from './table-streams.js';

export interface TableActorDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly peers: Pick<Peers, 'openTable' | 'openHandover'>;
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
  #handingOver: { readonly to: NodeId; readonly done: Promise<number> } | null = null;
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

  /**
   * Gives the whole table to another node, which follows from there on. Resolves with the number of claims once it holds
   * them. Throws `no-quorum` where this node is not the Master, or the other does not take it in time.
   */
  handOver(to: NodeId): Promise<number> {
    const present = this.#handingOver;
    if (present?.to === to) return present.done;
    if (present !== null) return Promise.reject(notTaken(to, `${present.to} is being given it`));
    const done = this.#give(to).finally(() => {
      this.#handingOver = null;
    });
    this.#handingOver = { to, done };
    return done;
  }

  /** Another node gives this one its whole table. Throws HearthError where it is not for this node, or breaks off. */
  async inherit(stream: HandoverStream): Promise<HandoverAnswer> {
    const from = this.streams.senderOf(stream.metadata);
    return takeTable(stream, (position, claims) => {
      if (this.#stopped) return false;
      const taken = this.#core.inherit(from, position, claims, this.deps.clock.nowMs());
      this.#perform();
      return taken;
    });
  }

  counters(): TableCounters {
    return this.#core.counters();
  }

  stop(): void {
    this.#stopped = true;
    this.#disarm();
    this.streams.close();
  }

  async #give(to: NodeId): Promise<number> {
    const { clock, logger, peers, addressOf } = this.deps;
    const startMs = clock.nowMs();
    const parts = this.#core.handOver(to, startMs);
    this.#perform();
    const [address, metadata] = [addressOf(to), this.streams.metadataTo(to)];
    if (parts === null || address === undefined || metadata === null) {
      throw notTaken(to, 'this node is not the Master, or that one no member');
    }
    const { ready, claims } = await giveTable(
      (...call) => peers.openHandover(address, ...call),
      metadata,
      parts,
    ).catch((error: Error) => {
      throw notTaken(to, error.message);
    });
    if (!ready) throw notTaken(to, 'it takes another node for the Master');
    const tookMs = Math.round(clock.nowMs() - startMs);
    logger.info({ to, claims, tookMs }, 'handed the routing table over');
    return claims;
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

function notTaken(to: NodeId, why: string): HearthError {
  const text = `Node ${to} has not taken the routing table (${why}); it can be handed over again.`;
  return new HearthError('no-quorum', text);
}
