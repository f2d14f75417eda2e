/**
 * The Runtime API over HTTP on the sandbox's loopback: every official runtime client polls it. Requests
 * become steps of the core; what the core says is done on the waiting connections and the node's socket.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  type FrameSink,
  frameType,
  type Init,
  type InvokeHead,
  type ProcessExit,
  writeFrame,
} from '../../../wire/index.js';
import type { ResponseStream } from '../node/response-stream.js';
import {
  accepted,
  type HttpAnswer,
  invalidResponseMode,
  methodNotAllowed,
  notFound,
  refusal,
} from './answers.js';
import { type Effect, type Invocation, RuntimeCore } from './core.js';
import { emptyError, invalidModeHeader, programExited } from './errors.js';
import { ExtensionApi } from './extension-api.js';
import { deliver, headerOf, readBody, refuseGarbage, reply } from './http.js';
import { gatherAnswer, isStreamed, streamAnswer } from './incoming-answer.js';

/** The function cannot go on: the frame that says why, after which the process is to end. */
export type Failed = (type: number, stream: number, error: Uint8Array) => void;

const connectionsMax = 128;
/** A cause for X-Ray comes in a header of up to 1 MiB. */
const headerBytesMax = 1024 * 1024 + 64 * 1024;
const invocationPath = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;
const modeHeader = 'lambda-runtime-function-response-mode';

export class RuntimeApi {
  readonly #core = new RuntimeCore<ServerResponse>();
  readonly #extensions = new ExtensionApi((error) => this.#fail(error));
  readonly #server: Server;
  #init: Init | null = null;
  /** The answer under way, where it is streamed. */
  #streamed: ResponseStream | null = null;
  /** The request that got the last invocation. */
  #holder: ServerResponse | null = null;
  #ended: ProcessExit | null = null;

  constructor(
    private readonly sink: FrameSink,
    private readonly failed: Failed,
  ) {
    const server = createServer({ maxHeaderSize: headerBytesMax });
    // The runtime may take any time for anything: its invocation's deadline is what limits it.
    server.requestTimeout = 0;
    server.headersTimeout = 0;
    server.keepAliveTimeout = 0;
    server.maxConnections = connectionsMax;
    // Not the responses' own `close`: one that is queued behind another on its connection has none.
    server.on('connection', (socket: Socket) => {
      const leave = () => this.#leave((waiter) => waiter.req.socket === socket);
      socket.on('end', leave);
      socket.on('close', leave);
    });
    server.on('request', (request, response) => this.#onRequest(request, response));
    server.on('clientError', refuseGarbage);
    this.#server = server;
  }

  /** Resolves with the port; 0 asks for any free one. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** From here on requests are answered. */
  open(init: Init): void {
    this.#init = init;
  }

  invoke(stream: number, head: InvokeHead, payload: Uint8Array): void {
    const invocation = { stream, head, payload };
    this.#perform(this.#core.invoke(invocation));
    this.#extensions.invoked(invocation);
  }

  credit(bytes: number): void {
    this.#streamed?.credit(bytes);
  }

  /** The runtime's process has ended. An answer on its way in still becomes whole, or is cut off. */
  ended(exit: ProcessExit): void {
    this.#ended = exit;
    if (this.#core.answering) return;
    const requestId = this.#core.invocation?.head.requestId ?? '';
    if (this.#core.state !== 'InitError') this.#fail(programExited(requestId, exit));
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    response.sendDate = false;
    const init = this.#init;
    if (init === null) {
      request.destroy();
      return;
    }
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const [, requestId, kind] = invocationPath.exec(path) ?? [];
    if (path === '/2018-06-01/runtime/invocation/next') {
      if (request.method !== 'GET') reply(response, methodNotAllowed);
      else this.#onNext(response);
    } else if (requestId !== undefined) {
      if (request.method !== 'POST') reply(response, methodNotAllowed);
      else if (kind === 'response') this.#onResponse(request, response, requestId, init);
      else this.#onError(request, response, requestId, init);
    } else {
      this.#onRareRequest(path, request, response, init);
    }
  }

  #onRareRequest(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
    init: Init,
  ): void {
    if (path === '/2018-06-01/runtime/init/error') {
      if (request.method !== 'POST') reply(response, methodNotAllowed);
      else this.#onInitError(request, response, init);
    } else if (path === '/ping' || path === '/2018-06-01/ping') {
      reply(response, { status: 200, body: 'pong' });
    } else if (path === '/2022-07-01/telemetry') {
      reply(response, refusal(202, 'Telemetry.NotSupported', 'Telemetry API is not supported'));
    } else if (path === '/2020-08-15/logs') {
      reply(response, refusal(202, 'Logs.NotSupported', 'Logs API is not supported'));
    } else if (
      !this.#extensions.take(path, request, response, init, () => this.#core.state === 'Started')
    ) {
      reply(response, notFound);
    }
  }

  #leave(isGone: (waiter: ServerResponse) => boolean): void {
    this.#core.leave(isGone);
    this.#extensions.leave(isGone);
  }

  #onNext(response: ServerResponse): void {
    const holder = this.#holder;
    const asksAgain = holder?.writableFinished && holder.req.socket === response.req.socket;
    const again = holder === null || holder.req.socket.destroyed || asksAgain === true;
    this.#perform(this.#core.next(response, again));
  }

  #onResponse(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    init: Init,
  ): void {
    const invocation = this.#begin(response, this.#core.beginResponse(requestId));
    if (invocation === null) return;
    const settled = (answer: HttpAnswer) => this.#settle(response, answer);
    const mode = headerOf(request, modeHeader);
    if (mode !== undefined && mode !== '' && mode !== 'streaming') {
      writeFrame(this.sink, frameType.error, invocation.stream, invalidModeHeader(requestId));
      settled(invalidResponseMode);
    } else if (isStreamed(request)) {
      this.#streamed = streamAnswer(request, this.sink, invocation, init, settled);
    } else {
      gatherAnswer(request, this.sink, invocation, frameType.result, init, settled);
    }
  }

  #onError(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    init: Init,
  ): void {
    const invocation = this.#begin(response, this.#core.beginError(requestId));
    if (invocation === null) return;
    gatherAnswer(request, this.sink, invocation, frameType.error, init, (answer) =>
      this.#settle(response, answer),
    );
  }

  #onInitError(request: IncomingMessage, response: ServerResponse, init: Init): void {
    const refused = this.#core.initError();
    if (refused !== null) {
      reply(response, refused);
      return;
    }
    const type = headerOf(request, 'lambda-runtime-function-error-type');
    readBody(request, init.answerBytesMax, (body) => {
      reply(response, accepted);
      this.#fail(body.length > 0 ? body : emptyError('', type));
    });
  }

  #begin(response: ServerResponse, refused: HttpAnswer | null): Invocation | null {
    if (refused === null) return this.#core.invocation;
    reply(response, refused);
    return null;
  }

  #settle(response: ServerResponse, answer: HttpAnswer): void {
    this.#streamed = null;
    this.#core.answered();
    reply(response, answer);
    if (this.#ended !== null) this.ended(this.#ended);
  }

  #fail(error: Uint8Array): void {
    const { state, invocation } = this.#core;
    if (state === 'Started' || state === 'InitError') this.failed(frameType.initError, 0, error);
    else this.failed(frameType.fatal, invocation?.stream ?? 0, error);
  }

  #perform(effects: readonly Effect<ServerResponse>[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'ready':
          writeFrame(this.sink, frameType.ready, 0);
          break;
        case 'refuse':
          reply(effect.waiter, effect.answer);
          break;
        case 'deliver':
          this.#holder = effect.waiter;
          deliver(effect.waiter, effect.invocation);
          break;
      }
    }
  }
}
