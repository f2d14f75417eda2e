/**
 * The round-robin load balancer of `hearth up`: what nginx would be in front of a real cluster, small
 * enough to read. Bodies stream through in both directions.
 *
 * What happens when a node fails depends on how far the request had come:
 * - the connection was refused: nothing was sent, the next node is tried;
 * - it broke later: the next node where the request may be repeated (`repeats.ts`);
 * - it broke later, anything else: 502, since the node may have done the work;
 * - the answer had begun: the client's connection is cut, so that it sees a broken answer.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Dispatcher, Pool } from 'undici';
import { answerClientError, type Clock } from '../lib/index.js';
import { type HostPort, limits } from '../types/index.js';
import { asFailure, systemCode } from './failure.js';
import { hasBody, requestHeaders, responseHeaders } from './forward-headers.js';
import { HealthWatch } from './health-watch.js';
import { listen } from './listen.js';
import { Repeats } from './repeats.js';
import { RequestBody } from './request-body.js';
import { Rotation } from './rotation.js';
import { sleep } from './sleep.js';

export interface BalancerOptions {
  readonly listen: HostPort;
  /** Origins of the nodes, such as `http://127.0.0.1:8081`; at least one. */
  readonly targets: readonly string[];
  /** How long a node that failed is left out, milliseconds. */
  readonly leftOutMs?: number;
}

const connectTimeoutMs = 2000;
/** A function may think for `timeoutSMax`; a request may wait for a sandbox before that. */
const answerTimeoutMs = (limits.timeoutSMax + 60) * 1000;
/** Below the nodes' own, so that the balancer never sends on a connection that a node just closed. */
const upstreamIdleMs = 4000;
const clientIdleMs = 75_000;
/** As the nodes'. */
const headersTimeoutMs = 10_000;
const boundsCheckMs = 2000;
/** How long a client may go on sending what nobody reads, after the whole answer was written. */
const lingerMs = 5000;
const clientsMax = limits.connectionsMax;
/** A marked request that a node has not begun to answer by then is given to the next one. */
const markedAnswerTimeoutMs = 5000;

interface Attempt {
  readonly pool: Pool;
  readonly request: IncomingMessage;
  readonly headers: string[];
  readonly body: RequestBody | null;
  readonly signal: AbortSignal;
}

export class Balancer {
  readonly #server: Server;
  readonly #pools: readonly Pool[];
  readonly #rotation: Rotation;
  readonly #health: HealthWatch;

  constructor(
    private readonly clock: Clock,
    private readonly options: BalancerOptions,
  ) {
    this.#rotation = new Rotation(options.targets.length, options.leftOutMs ?? 1000);
    this.#health = new HealthWatch(clock, options.targets, (index, healthy) =>
      this.#rotation.says(index, healthy),
    );
    this.#pools = options.targets.map(
      (origin) =>
        new Pool(origin, {
          connect: { timeout: connectTimeoutMs },
          headersTimeout: answerTimeoutMs,
          bodyTimeout: answerTimeoutMs,
          keepAliveTimeout: upstreamIdleMs,
          keepAliveMaxTimeout: upstreamIdleMs,
        }),
    );
    this.#server = createServer(
      {
        keepAliveTimeout: clientIdleMs,
        headersTimeout: headersTimeoutMs,
        connectionsCheckingInterval: boundsCheckMs,
        maxHeaderSize: limits.headerBytesMax,
      },
      (request, response) => void this.#handle(request, response),
    );
    this.#server.on('clientError', (error, socket) => answerClientError(socket, error, clock));
    this.#server.maxConnections = clientsMax;
  }

  /** Resolves with the address in use (another than asked for where the port was 0). */
  start(): Promise<HostPort> {
    this.#health.start();
    return listen(this.#server, this.options.listen);
  }

  /** Takes no new connections; what is under way goes on. */
  quiesce(): void {
    void this.#health.stop();
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  /** Cuts what is still under way and releases every socket. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeAllConnections();
    await Promise.all([closed, this.#health.stop(), ...this.#pools.map((pool) => pool.destroy())]);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => {
      gone.abort();
      // The unread rest of a body would block the next request of a kept connection.
      request.resume();
    });
    try {
      const forwarded = await this.#forward(request, gone.signal);
      if (forwarded === null) {
        sendError(response, 503, 'no node of the cluster accepts connections; try again shortly');
        return;
      }
      const { answer, body } = forwarded;
      response.writeHead(answer.statusCode, responseHeaders(rawHeadersOf(answer)));
      await pipeline(answer.body, response, { end: false });
      body?.destroy();
      await this.#drain(request, gone.signal);
      // an answer that streams tells some of it only at its end
      if (Object.keys(answer.trailers).length > 0) response.addTrailers(answer.trailers);
      response.end();
    } catch (thrown) {
      if (gone.signal.aborted) return;
      if (response.headersSent) response.destroy();
      else if (systemCode(thrown) === 'UND_ERR_INVALID_ARG') {
        sendError(response, 400, `the request cannot be forwarded: ${asFailure(thrown).message}`);
      } else {
        sendError(
          response,
          502,
          `the node failed while it had the request, which may have run: ${asFailure(thrown).message}`,
        );
      }
    }
  }

  /**
   * Takes the rest of a body that the node did not want. A connection closed with unread data is reset,
   * and the client may lose the answer that it has not read yet.
   */
  async #drain(request: IncomingMessage, gone: AbortSignal): Promise<void> {
    if (request.complete) return;
    const ended = new AbortController();
    request.once('end', () => ended.abort());
    request.resume();
    await sleep(this.clock, lingerMs, AbortSignal.any([ended.signal, gone]));
  }

  /** The first answer that a node gives; null where none accepts a connection. */
  async #forward(
    request: IncomingMessage,
    signal: AbortSignal,
  ): Promise<{ answer: Dispatcher.ResponseData; body: RequestBody | null } | null> {
    const headers = requestHeaders(request.rawHeaders, {
      address: request.socket.remoteAddress ?? '',
      host: request.headers.host ?? '',
    });
    const repeats = new Repeats(request);
    const order = this.#rotation.order(this.clock.nowMs());
    for (const [at, index] of order.entries()) {
      const pool = this.#pools[index];
      if (pool === undefined) continue;
      const isLast = at === order.length - 1;
      const body = hasBody(request.headers) ? new RequestBody(request, repeats.kept) : null;
      const patience = repeats.isMarked ? this.#patience() : null;
      try {
        const both = patience === null ? signal : AbortSignal.any([signal, patience.signal]);
        const answer = await attempt({ pool, request, headers, body, signal: both });
        this.#rotation.succeeded(index);
        if (isLast || !repeats.takeAfter(answer.statusCode, body)) return { answer, body };
        body?.destroy();
        await answer.body.dump().catch(() => {});
      } catch (thrown) {
        if (signal.aborted || systemCode(thrown) === 'UND_ERR_INVALID_ARG') throw thrown;
        this.#rotation.failed(index, this.clock.nowMs());
        if (neverConnected(thrown) && !body?.taken) continue;
        if (isLast || !repeats.take(body)) throw thrown;
        body?.destroy();
      } finally {
        patience?.cancel();
      }
    }
    return null;
  }

  /** How long a marked request waits for the head of an answer. */
  #patience(): { signal: AbortSignal; cancel: () => void } {
    const late = new AbortController();
    const error = new Error(`no answer has begun within ${markedAnswerTimeoutMs} ms`);
    const cancel = this.clock.after(markedAnswerTimeoutMs, () => late.abort(error));
    return { signal: late.signal, cancel };
  }
}

function attempt({ pool, request, headers, body, signal }: Attempt) {
  return pool.request({
    method: request.method as Dispatcher.HttpMethod,
    path: request.url ?? '/',
    headers,
    body,
    signal,
    responseHeaders: 'raw',
  });
}

function neverConnected(thrown: unknown): boolean {
  if (systemCode(thrown) === 'UND_ERR_CONNECT_TIMEOUT') return true;
  return thrown instanceof Error && 'syscall' in thrown && thrown.syscall === 'connect';
}

/** undici types the raw form like the parsed one. */
function rawHeadersOf(answer: Dispatcher.ResponseData): readonly string[] {
  return answer.headers as unknown as readonly string[];
}

function sendError(response: ServerResponse, status: 400 | 502 | 503, message: string): void {
  const type = status === 400 ? 'User' : 'Service';
  const name = { 400: 'InvalidRequestContentException', 502: 'ServiceException' } as const;
  const body = `${JSON.stringify({ Type: type, Message: message })}\n`;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-amzn-errortype': status === 503 ? 'ServiceUnavailableException' : name[status],
    ...(status === 503 ? { 'retry-after': '1' } : {}),
  });
  response.end(body);
}
