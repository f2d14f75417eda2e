/** A request of node:http as an IngressRequest: parsed lazily, and cheap where little of it is needed. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Cancellation } from '../../lib/index.js';
import type { Cancelled, NodeId } from '../../types/index.js';
import { type BodyBudget, type BodyHolder, collectBody } from './body.js';
import { type IngressRequest, splitTarget } from './http.js';

export class NodeRequest implements IngressRequest, BodyHolder {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly httpVersion: string;
  readonly remoteAddress: string;
  /** See BodyHolder. */
  giveUp: ((error: Error) => void) | null = null;
  #cancellation: Cancellation | null = null;
  #abandoned = false;
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
    readonly isOld: boolean,
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
    const collected = collectBody(this.request, bytesMax, this);
    if (!this.#bodyIsComing && Number(this.headers['content-length'] ?? 0) <= bytesMax) {
      this.response.writeContinue();
      this.#bodyIsComing = true;
    }
    return collected;
  }

  /** See BodyHolder. */
  take(bytes: number): void {
    this.budget.take(bytes);
    this.#heldBytes += bytes;
  }

  /** True while the client is still sending what nobody will read. */
  get hasUnreadBody(): boolean {
    return this.#bodyIsComing && !this.request.complete;
  }

  get signal(): Cancelled {
    let cancellation = this.#cancellation;
    if (cancellation === null) {
      cancellation = new Cancellation();
      this.#cancellation = cancellation;
      if (this.response.destroyed || this.#abandoned) cancellation.abort();
    }
    return cancellation;
  }

  /** The answer is out, or will never be. */
  closed(): void {
    if (!this.response.writableFinished) this.abandon();
  }

  /**
   * The client sends no more, which is all that is seen of one that has gone: it is not waited for, but what runs
   * for it ends, and its answer is written for one that still listens.
   */
  abandon(): void {
    this.#abandoned = true;
    this.#cancellation?.abort();
  }

  get answerHasBegun(): boolean {
    return this.response.headersSent;
  }

  /** It has neither sent nor taken anything for a while. What only waits for the function goes on. */
  clientIsSilent(error: Error): void {
    if (this.response.writableEnded) this.response.destroy();
    else this.giveUp?.(error);
  }

  /** Gives the body's room back; the body may not be used any more. */
  release(): void {
    this.budget.give(this.#heldBytes);
    this.#heldBytes = 0;
  }
}
