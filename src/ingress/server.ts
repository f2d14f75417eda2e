/**
 * The HTTP listener: node:http with bounds on everything that a client could stretch, and an orderly end.
 * What a request means is the Ingress's matter.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  answerClientError,
  type Clock,
  endWithError,
  headersTooLarge,
  inIdleTurn,
  PauseWatch,
  TurnEnd,
  tooSlow,
} from '../lib/index.js';
import type { PeerConnection } from '../routing/index.js';
import { formatHostPort, HearthError, type HostPort, limits, type NodeId } from '../types/index.js';
import type { IngressDeps, IngressOptions } from './deps.js';
import { errorReply } from './form/error-reply.js';
import { BodyBudget } from './http/body.js';
import { type ConnectionCounts, Connections } from './http/connections.js';
import type { Reply } from './http/http.js';
import { endLingering } from './http/linger.js';
import { NodeRequest } from './http/node-request.js';
import { sendStream } from './http/send-stream.js';
import { withoutUpgrade } from './http/upgrade.js';
import { Ingress } from './ingress.js';

/** A request line and headers must be complete by then. */
const headersTimeoutMs = 10_000;
/** The longest pause within a request's body, and of a client that does not take its answer. */
const silenceMs = 20_000;
/** A whole request must be complete by then: 70 MB at about 600 KB/s. */
const requestTimeoutMs = 120_000;
/** Longer than load balancers keep idle connections (60 s is common), so that they close first. */
const keepAliveTimeoutMs = 75_000;
/** How often connections are held against these bounds. */
const boundsCheckMs = 2000;
/** Bodies held at a time: several of the largest uploads beside thousands of usual requests. */
const bodyBytesTogetherMax = 512 * 1024 * 1024;

/** Takes over connections that ask to be upgraded to `protocol`: those between nodes. */
export interface Upgrade {
  readonly protocol: string;
  /** null where that is no HTTP any more; or resolves with the connection of a node that goes on in HTTP. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): PeerConnecting | null;
}

type PeerConnecting = Promise<PeerConnection | null>;

interface Answer {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly request: NodeRequest;
  readonly reply: Reply;
}

export class IngressServer {
  readonly ingress: Ingress;
  readonly #budget = new BodyBudget(bodyBytesTogetherMax);
  readonly #connections: Connections;
  readonly #pause: PauseWatch;
  /** Connections, ever. */
  #accepted = 0;
  /** Connections on which a node has proven itself. */
  readonly #peers = new WeakMap<Duplex, NodeId>();
  #server: Server | null = null;
  /** On their way out at the end of this turn. */
  readonly #answers = new TurnEnd<Answer>((answer) => this.#sendAnswer(answer));

  constructor(
    private readonly deps: IngressDeps,
    private readonly options: IngressOptions,
    private readonly upgrades: readonly Upgrade[] = [],
  ) {
    this.ingress = new Ingress(deps, options);
    this.#pause = new PauseWatch(deps.clock);
    this.#connections = new Connections(options.connectionsMax ?? limits.connectionsMax);
  }

  /** Bytes of request bodies that are held at this moment. */
  get bodyBytesHeld(): number {
    return this.#budget.used;
  }

  get connections(): ConnectionCounts {
    return this.#connections.counts;
  }

  /** Listens; resolves with the address, the port filled in. Throws `invalid-parameter`. */
  async start(): Promise<HostPort> {
    const server = createServer(
      {
        headersTimeout: headersTimeoutMs,
        requestTimeout: requestTimeoutMs,
        keepAliveTimeout: keepAliveTimeoutMs,
        connectionsCheckingInterval: boundsCheckMs,
        maxHeaderSize: limits.headerBytesMax,
        // said by us, as all errors
        requireHostHeader: false,
        noDelay: true,
      },
      (request, response) => this.#serve(request, response, false),
    );
    server.on('checkContinue', (request, response) => this.#serve(request, response, true));
    server.on('checkExpectation', (request, response) => this.#serve(request, response, false));
    // one more than may be, so that it can be seen
    server.maxHeadersCount = limits.headersMax + 1;
    server.timeout = this.options.silenceMs ?? silenceMs;
    server.on('timeout', (socket) => this.#connections.silent(socket, tooSlow()));
    // who sends no more may still be told: node:http has no documented name for that
    Object.assign(server, { httpAllowHalfOpen: true });
    server.on('clientError', (error, socket) => this.#clientError(error, socket));
    server.on('connection', (socket) => this.#opened(socket));
    if (this.upgrades.length > 0) {
      server.on('upgrade', (request, socket, head) => this.#upgrade(server, request, socket, head));
    }
    const { http } = this.options;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, http)));
      server.listen(http.port, http.host, () => resolve());
    });
    server.removeAllListeners('error');
    server.on('error', (error) => this.deps.logger.error({ err: error }, 'http listener failed'));
    this.#server = server;
    this.ingress.metrics.start();
    this.ingress.figures.start();
    this.#pause.start();
    return { host: http.host, port: (server.address() as AddressInfo).port };
  }

  /**
   * Answers ask for the connection's end; nothing new is accepted. Resolves when
   * the requests under way are answered and who took over connections has ended them, or cut after `drainMs`.
   * Idle connections are kept until for `quietMs` nobody has asked on any: who still uses them would use one that is
   * just being ended.
   */
  async stop(drainMs: number, quietMs = 0): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    this.ingress.drain();
    const { clock } = this.deps;
    const cancelCut = clock.after(drainMs, () => this.#cut());
    await new Promise<void>((resolve) => {
      // connections that wait to be accepted are reset, with what was sent on them: each turn takes one, an idle one none
      inIdleTurn(
        clock,
        () => this.#accepted,
        () => {
          // not http.Server's close: it also cuts connections whose answer is still on its way out
          NetServer.prototype.close.call(server, () => resolve());
          this.#connections.closeIdleWhenQuiet(clock, Math.min(quietMs, drainMs));
        },
      );
      if (drainMs === 0) this.#cut();
    });
    cancelCut();
    // ends the timer with which node:http holds connections against the bounds
    server.close(() => {});
    this.ingress.metrics.stop();
    this.ingress.figures.stop();
    this.#pause.stop();
  }

  #cut(): void {
    this.deps.logger.warn('cutting the requests that are still under way');
    this.#connections.closeAll();
  }

  #serve(message: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const { socket } = message;
    // it was refused before it asked
    if (socket.writableEnded) return;
    const peer = this.#peers.get(socket);
    const isOld = this.#pause.isCatchingUp();
    const request = new NodeRequest(message, response, this.#budget, expectsContinue, peer, isOld);
    const refusal = this.#refusal(message);
    this.#connections.asked(socket, request);
    response.on('close', () => {
      request.closed();
      this.#connections.answered(socket, request);
    });
    if (refusal !== null) {
      this.#send(message, response, request, refusal);
      return;
    }
    void this.#answer(message, response, request);
  }

  /** Never rejects. One function and not a chain: it is the way of every request. */
  async #answer(
    message: IncomingMessage,
    response: ServerResponse,
    request: NodeRequest,
  ): Promise<void> {
    const reply = await this.ingress.respond(request);
    request.release();
    this.#answers.add({ message, response, request, reply });
  }

  readonly #sendAnswer = ({ message, response, request, reply }: Answer): void => {
    try {
      this.#send(message, response, request, reply);
    } catch (error) {
      this.deps.logger.error({ err: error }, 'cannot send an answer');
      response.destroy();
    }
  };

  /** Why a request is not looked at further, as its answer; null where it is. */
  #refusal({ rawHeaders, headers, httpVersion, socket }: IncomingMessage): Reply | null {
    if (rawHeaders.length > 2 * limits.headersMax) return ending(headersTooLarge());
    if (headers.host === undefined && httpVersion !== '1.0') return ending(noHost());
    if (this.#connections.owed(socket) >= limits.pipelinedMax) return ending(tooManyPipelined());
    return null;
  }

  #opened(socket: Socket): void {
    this.#accepted++;
    if (this.#connections.opened(socket)) return;
    const message = `All ${this.#connections.counts.open} connections of this node wait for answers; ask another.`;
    const error = new HearthError('too-many-requests', message, { retryAfterS: 1 });
    endWithError(socket, error, this.deps.clock);
  }

  /** What came was no request, or not in time. */
  #clientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (this.#connections.isFresh(socket)) answerClientError(socket, error, this.deps.clock);
    else socket.destroy();
  }

  #send(
    message: IncomingMessage,
    response: ServerResponse,
    request: NodeRequest,
    { status, headers, body, stream, trailers }: Reply,
  ): void {
    if (response.destroyed) return;
    const hasBody = status !== 204 && status !== 304;
    // name, value, name, value: an object that grows costs every answer a microsecond
    const all: (string | string[])[] = [];
    const ends = !message.complete || this.ingress.draining;
    for (const name in headers) {
      if (ends && name === 'connection') continue;
      all.push(name, headers[name] as string | string[]);
    }
    if (hasBody && stream === undefined) all.push('content-length', String(byteLength(body)));
    if (ends) all.push('connection', 'close');
    const date = rightDate(this.deps.clock);
    if (date !== null) all.push('date', date);
    response.writeHead(status, all);
    if (stream !== undefined && message.method !== 'HEAD') {
      const sent = trailers === undefined ? { stream } : { stream, trailers };
      void sendStream(response, sent, this.deps.clock, (error) =>
        this.deps.logger.warn(
          { err: error, requestId: headers['x-amzn-requestid'] },
          'an answer broke off',
        ),
      );
      return;
    }
    const sent = hasBody && message.method !== 'HEAD' ? body : '';
    if (!request.hasUnreadBody) {
      response.end(sent);
      return;
    }
    if (sent.length > 0) response.write(sent);
    else response.flushHeaders();
    endLingering(message, response, this.deps.clock);
  }

  #upgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const asked = request.headers.upgrade?.toLowerCase();
    const upgrade = this.upgrades.find(({ protocol }) => protocol === asked);
    if (upgrade === undefined) {
      // a protocol that nobody here speaks is ignored (RFC 9110 section 7.8)
      socket.unshift(withoutUpgrade(request, head));
      server.emit('connection', socket);
      return;
    }
    // who takes it over ends it
    this.#connections.hold(socket, true);
    upgrade.accept(request, socket, head)?.then((connection) => {
      if (connection !== null) this.#servePeer(server, socket, connection);
    });
  }

  /** Goes on in HTTP with a node that has proven itself. */
  #servePeer(server: Server, raw: Duplex, { peer, socket }: PeerConnection): void {
    // the raw one beneath an encrypted one ends with it
    if (raw === socket) this.#connections.hold(raw, false);
    this.#peers.set(socket, peer);
    server.emit('connection', socket);
    socket.resume();
  }
}

/** An error after which the connection ends. */
function ending(error: HearthError): Reply {
  const reply = errorReply(error);
  return { ...reply, headers: { ...reply.headers, connection: 'close' } };
}

function noHost(): HearthError {
  return new HearthError('malformed-request', 'The request has no Host header; send one.');
}

function tooManyPipelined(): HearthError {
  const message = `More than ${limits.pipelinedMax} requests wait on this connection; open another.`;
  return new HearthError('too-many-requests', message);
}

function listenError(error: NodeJS.ErrnoException, http: HostPort): HearthError {
  const what = `port ${formatHostPort(http)} (--http)`;
  const message =
    error.code === 'EADDRINUSE'
      ? `${what} is already in use; stop the process that listens there or choose another port.`
      : `${what} cannot be listened on (${error.code ?? error.message}); choose another address.`;
  return new HearthError('invalid-parameter', message);
}

/** Where the machine's clock, from which Node.js takes the header, is wrong: clients set theirs by it before they sign. */
function rightDate(clock: Clock): string | null {
  const wallMs = clock.wallMs();
  const isWrong = Math.abs(clock.machineWallMs() - wallMs) > 1000;
  return isWrong ? new Date(wallMs).toUTCString() : null;
}

function byteLength(body: Uint8Array | string): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.length;
}
