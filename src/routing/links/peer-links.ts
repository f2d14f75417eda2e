/**
 * The links of this node to all others: one connection for each pair of nodes, dialled by whoever needs it
 * first, used by both. It lives in the data thread, on the port of the node's HTTP, and carries forwarded
 * requests; which node to forward to is the router's matter.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, DeadlineQueue, type Logger } from '../../lib/index.js';
import {
  asHearthError,
  type ClusterView,
  HearthError,
  limits,
  type NodeId,
} from '../../types/index.js';
import type { ForwardCall, Forwarder, ForwardHandler, ForwardReply } from '../forward.js';
import { acceptSocket, refuseSocket } from '../handshake/accept.js';
import { Dial, dialSocket } from '../handshake/dial.js';
import { PeerProof } from '../handshake/proof.js';
import { linkProtocol } from '../handshake/protocol.js';
import { type CallDeps, callOver } from './call.js';
import { Link, type LinkEvents } from './link.js';
import { LinkPeer, type PeerDeps } from './peer.js';
import { BodyRoom, serve } from './served.js';
import { type LinkTimings, linkTimings } from './timings.js';

export interface PeerLinksDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Runs what other nodes forward to this one. */
  readonly handle: ForwardHandler;
}

export interface PeerLinksOptions {
  /** Throws until the node has opened its identity. */
  readonly self: () => NodeId;
  /** The first is shown, any is accepted; none: links are plain, on loopback. */
  readonly secrets: readonly Uint8Array[];
  /** Links go over to TLS: they leave the machine. */
  readonly encrypted: boolean;
  readonly timings?: Partial<LinkTimings>;
}

export interface LinkCounters {
  readonly links: number;
  /** Requests forwarded, by how that ended; `lost`: rejected with `forward-lost`. */
  readonly forwards: Readonly<Record<ForwardReply['kind'] | 'lost', number>>;
  /** Requests that others forwarded to this node. */
  readonly received: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** Handshakes under way with nodes that dial this one: as many as may dial at once after a restart. */
const handshakesMax = limits.membersMax;
const linksMax = 2 * limits.membersMax;
/** Fine enough to hold a patience of 20 ms. */
const patienceTickMs = 2;

export class PeerLinks implements Forwarder {
  /** The name that a connection is upgraded to. */
  readonly protocol = linkProtocol.name;
  readonly #timings: LinkTimings;
  readonly #proof: PeerProof;
  readonly #peers = new Map<NodeId, LinkPeer>();
  readonly #links = new Set<Link>();
  readonly #deadlines: DeadlineQueue;
  readonly #patience: DeadlineQueue;
  readonly #bodies = new BodyRoom();
  readonly #forwards = { ran: 0, failed: 0, 'not-here': 0, busy: 0, unreachable: 0, lost: 0 };
  readonly #callDeps: CallDeps;
  #received = 0;
  #closedBytesRead = 0;
  #closedBytesWritten = 0;
  /** Nodes that the view named and did not call dead, in its order. */
  #listed = new Set<NodeId>();
  #handshakes = 0;
  #stopping = false;
  #cancelWatch: (() => void) | null = null;
  /** Called when the last link closes. */
  #whenNone: (() => void) | null = null;

  constructor(
    private readonly deps: PeerLinksDeps,
    private readonly options: PeerLinksOptions,
  ) {
    const { clock } = deps;
    this.#timings = { ...linkTimings, ...options.timings };
    this.#proof = new PeerProof(options.secrets, options.encrypted, linkProtocol);
    this.#deadlines = new DeadlineQueue(clock);
    this.#patience = new DeadlineQueue(clock, patienceTickMs);
    this.#callDeps = {
      clock,
      deadlines: this.#deadlines,
      ended: (result) => {
        this.#forwards[result]++;
      },
    };
  }

  forward(node: NodeId, call: ForwardCall): Promise<ForwardReply> {
    const peer = this.#peers.get(node);
    if (peer === undefined || !peer.open || isGone(call)) {
      return Promise.resolve(this.#unreachable());
    }
    const link = peer.trusted(this.deps.clock.nowMs());
    if (link === null) return this.#forwardWhenKnown(peer, call);
    if (link.full) return Promise.resolve(this.#unreachable());
    return callOver(link, call, this.#callDeps);
  }

  usable(node: NodeId): boolean {
    return this.#peers.get(node)?.usable === true;
  }

  /**
   * Links with others ahead of need, with those that the view names first, so that no request has to wait for it.
   * Resolves when that is done as far as it can be, or after `withinMs`.
   */
  async reach(nodesMax: number, withinMs: number): Promise<void> {
    const named = [...this.#listed].flatMap((id) => this.#peers.get(id) ?? []);
    const open = named.filter((peer) => peer.open).slice(0, nodesMax);
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.deps.clock.after(withinMs, resolve);
    });
    await Promise.race([late, Promise.all(open.map((peer) => peer.reach()))]);
    cancel();
  }

  /** What the cluster looks like now: where nodes are, and which of them take work. */
  viewChanged(view: ClusterView): void {
    if (this.#stopping) return;
    const self = this.options.self();
    const listed = new Set<NodeId>();
    const left = new Set<NodeId>();
    for (const { id, status, degraded, http } of view.nodes) {
      if (status === 'left') left.add(id);
      if (id === self || status === 'dead' || status === 'left') continue;
      listed.add(id);
      const peer = this.#peer(id);
      peer.at(http);
      peer.open = status === 'alive' && !degraded;
    }
    // one that dialled before it was listed keeps its link: the news of it are on their way
    for (const id of this.#listed) {
      if (listed.has(id)) continue;
      // who leaves first finishes what it was given
      if (left.has(id)) this.#retire(id);
      else this.#doom(id);
    }
    this.#listed = listed;
  }

  /** Takes over a connection that asks to become a link. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): null {
    const { clock, logger } = this.deps;
    if (this.#stopping || this.#handshakes >= handshakesMax || this.#links.size >= linksMax) {
      const why = this.#stopping ? 'stops' : 'has too many links';
      refuseSocket(socket, clock, new HearthError('draining', `This node ${why}.`));
      return null;
    }
    let self: NodeId;
    try {
      self = this.options.self();
    } catch (error) {
      refuseSocket(socket, clock, asHearthError(error));
      return null;
    }
    this.#handshakes++;
    const { handshakeMs } = this.#timings;
    acceptSocket(request, socket, head, { clock, proof: this.#proof, self, handshakeMs })
      .finally(() => {
        this.#handshakes--;
      })
      .then(
        ({ peer, socket }) => {
          if (this.#stopping) socket.destroy();
          else this.#peer(peer).add(this.#link(socket, peer, false));
        },
        (error: unknown) => logger.warn({ err: error }, 'refused a link from another node'),
      );
    return null;
  }

  /** From now on links are made by these. Those that stand stay. */
  useSecrets(secrets: readonly Uint8Array[]): void {
    this.#proof.use(secrets);
  }

  /**
   * Nothing new is sent, taken over or dialled. Resolves when what is under way in both directions is done,
   * or cut after `drainMs`.
   */
  async stop(drainMs: number): Promise<void> {
    this.#stopping = true;
    for (const peer of this.#peers.values()) peer.retire();
    if (this.#links.size > 0) {
      const drained = new Promise<void>((resolve) => {
        this.#whenNone = resolve;
      });
      const cancelCut = this.deps.clock.after(drainMs, () => {
        for (const link of [...this.#links]) link.destroy();
      });
      await drained;
      cancelCut();
    }
    this.#deadlines.close();
    this.#patience.close();
  }

  counters(): LinkCounters {
    let bytesRead = this.#closedBytesRead;
    let bytesWritten = this.#closedBytesWritten;
    for (const link of this.#links) {
      bytesRead += link.bytesRead;
      bytesWritten += link.bytesWritten;
    }
    const forwards = { ...this.#forwards };
    return { links: this.#links.size, forwards, received: this.#received, bytesRead, bytesWritten };
  }

  async #forwardWhenKnown(peer: LinkPeer, call: ForwardCall): Promise<ForwardReply> {
    const link = await peer.link();
    if (link === null || link.retiring || link.full || isGone(call)) return this.#unreachable();
    return callOver(link, call, this.#callDeps);
  }

  #unreachable(): ForwardReply {
    this.#forwards.unreachable++;
    return { kind: 'unreachable' };
  }

  #peer(id: NodeId): LinkPeer {
    const present = this.#peers.get(id);
    if (present !== undefined) return present;
    const peer = new LinkPeer(id, this.#peerDeps());
    this.#peers.set(id, peer);
    return peer;
  }

  #peerDeps(): PeerDeps {
    return {
      clock: this.deps.clock,
      timings: this.#timings,
      patience: this.#patience,
      self: this.options.self(),
      dial: (peer, address) => this.#dial(peer, address),
    };
  }

  #dial(peer: LinkPeer, address: string): () => void {
    const dial = new Dial();
    let given = false;
    dialSocket(
      peer.id,
      address,
      {
        clock: this.deps.clock,
        proof: this.#proof,
        self: this.options.self(),
        dialMs: this.#timings.dialMs,
      },
      dial,
    ).then(
      (socket) => {
        if (given) socket.destroy();
        else peer.dialled(this.#link(socket, peer.id, true));
      },
      (error: unknown) => {
        if (given) return;
        const level = peer.dialFailed() ? 'warn' : 'debug';
        this.deps.logger[level]({ err: error, node: peer.id, address }, 'cannot link to a node');
      },
    );
    return () => {
      given = true;
      dial.cancel();
    };
  }

  #link(socket: Duplex, peer: NodeId, isDialler: boolean): Link {
    const { clock } = this.deps;
    const link = new Link(
      { clock, timings: this.#timings, events: this.#events },
      socket,
      peer,
      isDialler,
    );
    this.#links.add(link);
    this.#cancelWatch ??= clock.every(this.#timings.watchEveryMs, () => this.#watch());
    return link;
  }

  readonly #events: LinkEvents = {
    opened: (_link, stream, payload, ended) => {
      this.#received++;
      const { handle, logger } = this.deps;
      serve(stream, payload, ended, { handle, logger, bodies: this.#bodies });
    },
    retired: (link) => this.#peers.get(link.peer)?.retired(link),
    closed: (link, error) => this.#closed(link, error),
  };

  #closed(link: Link, error: Error | null): void {
    const { logger } = this.deps;
    if (error !== null) logger.warn({ err: error, node: link.peer }, 'a link to a node broke');
    this.#links.delete(link);
    this.#closedBytesRead += link.bytesRead;
    this.#closedBytesWritten += link.bytesWritten;
    const peer = this.#peers.get(link.peer);
    peer?.closed(link);
    if (peer?.links.size === 0 && !this.#listed.has(link.peer)) this.#peers.delete(link.peer);
    if (this.#links.size > 0) return;
    this.#cancelWatch?.();
    this.#cancelWatch = null;
    this.#whenNone?.();
  }

  #retire(id: NodeId): void {
    const peer = this.#peers.get(id);
    peer?.retire();
    if (peer?.links.size === 0) this.#peers.delete(id);
  }

  /** Called dead: what it was given is lost where its link agrees. */
  #doom(id: NodeId): void {
    const peer = this.#peers.get(id);
    if (peer !== undefined) for (const link of [...peer.links]) link.doom();
    this.#retire(id);
  }

  #watch(): void {
    const nowMs = this.deps.clock.nowMs();
    for (const link of [...this.#links]) link.watch(nowMs);
  }
}

/** Nobody waits for the answer any more. */
function isGone({ invocation }: ForwardCall): boolean {
  return invocation.signal?.aborted === true;
}
