/**
 * A request and an answer as plain data. Everything above the listener works on these, so that the
 * whole of the ingress runs in process, without a socket, in the tests.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Ran } from '../../rollout/index.js';
import type { Cancelled, NodeId } from '../../types/index.js';

export interface RequestHead {
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query. Starts with `/` where it is a path at all. */
  readonly path: string;
  /** Query as sent, without the `?`; empty where there is none. */
  readonly query: string;
  /** Names in lower case, repeated ones joined as node:http does. */
  readonly headers: IncomingHttpHeaders;
  /** Name, value, name, value, as sent: what signatures are about. */
  readonly rawHeaders?: readonly string[];
  /** For example `1.1`. */
  readonly httpVersion: string;
  /** Address of the socket's other end. */
  readonly remoteAddress: string;
  /** The node that sends it, where it has proven that on the connection. */
  readonly peer?: NodeId | undefined;
}

export interface IngressRequest extends RequestHead {
  /**
   * Collects the body. Rejects with BodyTooLargeError as soon as it is known to exceed
   * `bytesMax`; nothing beyond the limit is kept.
   */
  readBody(bytesMax: number): Promise<Uint8Array>;
  /** Aborted when the caller goes away. Made on first use. */
  readonly signal?: Cancelled | undefined;
  /** It may have waited for long before it was read: whether its caller is still there is to be seen first. */
  readonly isOld?: boolean;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array | string;
  /** Instead of `body`: what comes piece by piece. */
  readonly stream?: BodyStream;
  /** What is known only when the stream has ended. */
  readonly trailers?: () => Readonly<Record<string, string>>;
  /** Of the invocation that the answer is about, where it is not the request's own. */
  readonly requestId?: string;
  /** Of an invocation that ran. */
  readonly ran?: Ran;
  /** Of one whose answer streams: how it ended. */
  readonly ended?: Promise<Ran>;
}

/** Called once, when the answer is sent; the signal is aborted when the client goes. */
export type BodyStream = (signal: AbortSignal) => AsyncIterable<string | Uint8Array>;
/** The same of text alone. */
export type TextStream = (signal: AbortSignal) => AsyncIterable<string>;

/** The body exceeds what the operation takes; turned into the operation's own error. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** Splits a request target (RFC 9112 section 3.2: origin form, or absolute form as proxies send it). */
export function splitTarget(target: string): { path: string; query: string } {
  const origin = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '');
  const mark = origin.indexOf('?');
  const path = mark < 0 ? origin : origin.slice(0, mark);
  return { path: path === '' ? '/' : path, query: mark < 0 ? '' : origin.slice(mark + 1) };
}

/** The first value of a header; undefined where it is absent. */
export function header(head: RequestHead, name: string): string | undefined {
  const value = head.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The first value of a query parameter; undefined where it is absent. */
export function queryValue(query: string, name: string): string | undefined {
  if (query === '') return undefined;
  return new URLSearchParams(query).get(name) ?? undefined;
}

/** A JSON answer. */
export function jsonReply(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

export function emptyReply(status: number, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers, body: '' };
}
