/**
 * What the node's own log says of requests: failures and what took long, each with its request id; refusals where
 * somebody looks for them. Never a header, a query or a body, for these may hold secrets. Bounded, so that a
 * flood of failures does not become one of lines.
 */
import type { Clock, Logger } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';
import type { RequestHead } from './http.js';

export interface RequestLogDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Longer than most functions may run: what asks for more is rare, or waits for something. */
export const slowRequestMs = 15_000;
const linesPerS = 20;
/** It says 503 as long as it is asked, which is often. */
const healthPath = '/_hearth/health';

export class RequestLog {
  #second = 0;
  #lines = 0;
  #untold = 0;

  constructor(private readonly deps: RequestLogDeps) {}

  /** It is to be told only where there may be something to tell. */
  static concerns(status: number, tookMs: number): boolean {
    return status >= 400 || tookMs >= slowRequestMs;
  }

  ended(
    head: RequestHead,
    requestId: string,
    status: number,
    tookMs: number,
    thrown: unknown,
  ): void {
    const { logger } = this.deps;
    const { method, path } = head;
    const fields = { requestId, method, path, status, tookMs: Math.round(tookMs) };
    const code = thrown instanceof HearthError ? { code: thrown.code } : {};
    if (thrown !== null && !(thrown instanceof HearthError)) {
      if (this.#mayTell()) logger.error({ ...fields, ...this.#more(), err: thrown }, failed);
    } else if (status >= 500) {
      if (path === healthPath || !this.#mayTell()) return;
      const reason = thrown === null ? {} : { reason: thrown.message };
      logger.warn({ ...fields, ...code, ...reason, ...this.#more() }, failed);
    } else if (status >= 400) {
      logger.debug({ ...fields, ...code }, 'request refused');
    } else if (this.#mayTell()) {
      logger.info({ ...fields, ...this.#more() }, 'request took long');
    }
  }

  #mayTell(): boolean {
    const second = Math.floor(this.deps.clock.nowMs() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#lines = 0;
    }
    this.#lines++;
    if (this.#lines <= linesPerS) return true;
    this.#untold++;
    return false;
  }

  /** How many were left out before this line. */
  #more(): { readonly untold?: number } {
    const untold = this.#untold;
    this.#untold = 0;
    return untold === 0 ? {} : { untold };
  }
}

const failed = 'request failed';
