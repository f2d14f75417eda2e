/**
 * HTTP as releases need it: redirects that are followed only so far, answers that are taken only so long and so large,
 * and every failure told in one sentence as `release-unavailable` (`release-refused` for what is too large).
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';
import type { Clock } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';
import { refused } from './manifest.js';

export interface WebRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
  readonly signal: AbortSignal;
}

/** A small answer, whole. `url` is where it came from after all redirects. */
export interface WebAnswer {
  readonly url: string;
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Uint8Array;
}

/** The body has to be taken or destroyed. */
export interface WebStream extends Omit<WebAnswer, 'bytes'> {
  readonly body: AsyncIterable<Uint8Array> & { destroy(): void };
}

export interface WebOptions {
  /** For a small answer, from the first byte out to the last in. */
  readonly answerMs: number;
  /** The longest silence within a large answer, and before it. */
  readonly silenceMs: number;
}

const redirectsMax = 5;
const connectMs = 5000;
const defaults: WebOptions = { answerMs: 10_000, silenceMs: 30_000 };

export class ReleaseWeb {
  readonly #agent: Agent;
  readonly #options: WebOptions;

  constructor(
    private readonly deps: { readonly clock: Clock },
    options: Partial<WebOptions> = {},
  ) {
    this.#options = { ...defaults, ...options };
    this.#agent = new Agent({
      connect: { timeout: connectMs },
      headersTimeout: this.#options.silenceMs,
      bodyTimeout: this.#options.silenceMs,
    });
  }

  /** Ends what is under way. */
  stop(): Promise<void> {
    return this.#agent.destroy();
  }

  async ask(url: string, asked: WebRequest, bytesMax: number): Promise<WebAnswer> {
    const attempt = new AbortController();
    const late = new Error(`no answer within ${this.#options.answerMs / 1000} s`);
    const cancel = this.deps.clock.after(this.#options.answerMs, () => attempt.abort(late));
    const signal = AbortSignal.any([asked.signal, attempt.signal]);
    try {
      const { body, ...answer } = await this.open(url, { ...asked, signal });
      return { ...answer, bytes: await wholeBody(body, answer.url, bytesMax) };
    } catch (thrown) {
      throw unavailable(url, thrown);
    } finally {
      cancel();
    }
  }

  /** Resolves when the answer has begun. A stream as a body cannot follow a redirect. */
  async open(url: string, asked: WebRequest): Promise<WebStream> {
    let at = url;
    let headers = asked.headers ?? {};
    try {
      for (let redirects = 0; ; redirects++) {
        const { statusCode, headers: told, body } = await this.#send(at, { ...asked, headers });
        const location = [told.location].flat()[0];
        if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) {
          return { url: at, statusCode, headers: told, body };
        }
        body.destroy();
        if (redirects === redirectsMax) throw new Error(`more than ${redirectsMax} redirects`);
        const next = followed(at, location);
        // who is trusted with a token is the one that asked for it
        if (next.origin !== new URL(at).origin) headers = without(headers, 'authorization');
        at = next.href;
      }
    } catch (thrown) {
      throw unavailable(url, thrown);
    }
  }

  async #send(
    url: string,
    { method = 'GET', headers = {}, body, signal }: WebRequest,
  ): Promise<Dispatcher.ResponseData> {
    const answer = await request(url, {
      method,
      headers: { 'user-agent': 'Hearth-Releases/1', ...headers },
      body: body ?? null,
      signal,
      dispatcher: this.#agent,
    });
    // one that is destroyed before its end says so, whoever destroys it
    answer.body.on('error', () => {});
    return answer;
  }
}

/** What went wrong with `where`, as one sentence; what has been told already stays as it is. */
export function unavailable(where: string, thrown: unknown): HearthError {
  if (thrown instanceof HearthError) return thrown;
  const cause = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new HearthError(
    'release-unavailable',
    `${where} cannot be had: ${reason.replace(/\.$/, '')}.`,
  );
}

/** As `unavailable`, for an answer that was not the wanted one. */
export function unexpected({ url, statusCode }: { url: string; statusCode: number }): HearthError {
  return unavailable(url, new Error(`the answer was ${statusCode}`));
}

async function wholeBody(
  body: WebStream['body'],
  url: string,
  bytesMax: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw refused(`${url} answers with more than ${bytesMax} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function followed(from: string, location: string): URL {
  const next = new URL(location, from);
  const secure = from.startsWith('https:');
  if (next.protocol === 'https:' || (next.protocol === 'http:' && !secure)) return next;
  throw new Error(`a redirect to ${next.protocol} is not followed`);
}

function without(headers: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));
}
