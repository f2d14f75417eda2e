/** A request of node:http as an IngressRequest: parsed lazily, and cheap where little of it is needed. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { NodeId } from '../../types/index.js';
import { type BodyBudget, collectBody } from './body.js';
import { type IngressRequest, splitTarget } from './http.js';

export class NodeRequest implements IngressRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly httpVersion: string;
  readonly remoteAddress: string;
  #signal: AbortSignal | undefined;
  #heldBytes = 0;
  /** False where the client still waits to be told to send: then there is nothing to drain. */
  #bodyIsComing: boolean;

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly budget: BodyBudget,
    /** The client waits for `100 Continue` before it sends the body. */
    expectsContinue: boolean,
    readonly peer: NodeId | undefined,
  ) {
    this.#bodyIsComing = !expectsContinue;
    const { path, query } = splitTarget(request.url ?? '/');
    this.method = request.method ?? 'GET';
    this.path = path;
    this.query = query;
    this.headers = request.headers;
    this.httpVersion = request.httpVersion;
    this.remoteAddress = request.socket.remoteAddress ?? '';
  }

  get rawHeaders(): readonly string[] {
    return this.request.rawHeaders;
  }

  readBody(bytesMax: number): Promise<Uint8Array> {
    const collected = collectBody(this.request, bytesMax, (bytes) => {
      this.budget.take(bytes);
      this.#heldBytes += bytes;
    });
    if (!this.#bodyIsComing && Number(this.headers['content-length'] ?? 0) <= bytesMax) {
      this.response.writeContinue();
      this.#bodyIsComing = true;
    }
    return collected;
  }

  /** True while the client is still sending what nobody will read. */
  get hasUnreadBody(): boolean {
    return this.#bodyIsComing && !this.request.complete;
  }

  get signal(): AbortSignal {
    if (this.#signal !== undefined) return this.#signal;
    const controller = new AbortController();
    const { response } = this;
    if (response.destroyed) controller.abort();
    else {
      response.once('close', () => {
        if (!response.writableFinished) controller.abort();
      });
    }
    this.#signal = controller.signal;
    return controller.signal;
  }

  /** Gives the body's room back; the body may not be used any more. */
  release(): void {
    this.budget.give(this.#heldBytes);
    this.#heldBytes = 0;
  }
}
