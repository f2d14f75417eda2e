/**
 * HTTP between nodes: code, logs and figures travel in it, so both sides prove themselves before the first
 * request, as on the links, and what leaves the machine is encrypted.
 *
 *     asker                                          who is asked
 *       undici's pool dials, upgrades and proves ->   the HTTP port, then the same HTTP server again: it marks
 *       GET /_hearth/bundles/... over it         ->   the requests of this connection as the node's
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Agent, type buildConnector } from 'undici';
import type { Clock, Logger } from '../../lib/index.js';
import { HearthError, limits, type NodeId, type PeerFetch } from '../../types/index.js';
import { acceptSocket, refuseSocket } from '../handshake/accept.js';
import { Dial, dialSocket } from '../handshake/dial.js';
import { PeerProof } from '../handshake/proof.js';
import { httpProtocol } from '../handshake/protocol.js';

export interface PeerHttpDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface PeerHttpOptions {
  /** null until the node has opened its identity. */
  readonly self: () => NodeId | null;
  /** The first is shown, any is accepted; none: nothing is proven, on loopback. */
  readonly secrets: readonly Uint8Array[];
  /** Connections go over to TLS: they leave the machine. */
  readonly encrypted: boolean;
}

/** A connection on which another node asks from now on. */
export interface PeerConnection {
  readonly peer: NodeId;
  /** Paused. */
  readonly socket: Duplex;
}

/** A dial must be done by then, TLS included; so must what dials in have proven itself. */
const handshakeMs = 2000;
/** Below what the other side keeps idle connections, so that nothing is sent on one that it just closed. */
const idleMs = 10_000;

export class PeerHttp {
  /** The name that a connection is upgraded to. */
  readonly protocol = httpProtocol.name;
  readonly #proof: PeerProof;
  readonly #agent: Agent;
  /** Where the nodes are that were asked, as it was known last. */
  readonly #addresses = new Map<string, { readonly id: NodeId; readonly http: string }>();
  readonly #dials = new Set<Dial>();
  #handshakes = 0;
  #stopped = false;

  constructor(
    private readonly deps: PeerHttpDeps,
    private readonly options: PeerHttpOptions,
  ) {
    this.#proof = new PeerProof(options.secrets, options.encrypted, httpProtocol);
    this.#agent = new Agent({
      connect: (origin, connected) => this.#connect(origin.hostname, connected),
      connections: limits.peerConnectionsMax,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
    });
  }

  /** See PeerFetch. */
  readonly fetch: PeerFetch = (node, request) => {
    const { method = 'GET', path, headers, body, signal, answerMs, silenceMs = answerMs } = request;
    const name = hostOf(node.id);
    this.#addresses.set(name, node);
    return this.#agent.request({
      origin: `http://${name}`,
      method,
      path,
      headers: headers ?? {},
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
      headersTimeout: answerMs,
      bodyTimeout: silenceMs,
    });
  };

  /**
   * Takes a connection that asks for the protocol. Resolves when the other side has proven itself, or with
   * null where it was refused.
   */
  async accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<PeerConnection | null> {
    const { clock, logger } = this.deps;
    const self = this.options.self();
    if (self === null || this.#stopped || this.#handshakes >= limits.membersMax) {
      const why = self === null ? 'is starting' : this.#stopped ? 'stops' : 'is asked by too many';
      refuseSocket(socket, clock, new HearthError('draining', `This node ${why}.`));
      return null;
    }
    this.#handshakes++;
    const proof = this.#proof;
    try {
      return await acceptSocket(request, socket, head, { clock, proof, self, handshakeMs });
    } catch (error) {
      logger.warn({ err: error }, 'refused the connection of another node');
      return null;
    } finally {
      this.#handshakes--;
    }
  }

  /** From now on connections are made by these. Those that stand stay. */
  useSecrets(secrets: readonly Uint8Array[]): void {
    this.#proof.use(secrets);
  }

  /** Ends what this node asks of others. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const dial of this.#dials) dial.cancel();
    await this.#agent.destroy();
  }

  #connect(name: string, connected: buildConnector.Callback): void {
    const node = this.#addresses.get(name);
    const self = this.options.self();
    if (node === undefined || self === null || this.#stopped) {
      connected(new Error('this node stops, or is not of a cluster yet'), null);
      return;
    }
    const dial = new Dial();
    this.#dials.add(dial);
    const { clock } = this.deps;
    const proof = this.#proof;
    dialSocket(node.id, node.http, { clock, proof, self, dialMs: handshakeMs }, dial)
      .finally(() => this.#dials.delete(dial))
      .then(
        // undici needs no more of a socket than a stream has
        (socket) => connected(null, socket as Socket),
        (error: Error) => connected(error, null),
      );
  }
}

/** Pools are by node and not by address: another node may come to have the address. */
function hostOf(id: NodeId): string {
  return `node-${id}`;
}
