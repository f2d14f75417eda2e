/** How one node asks another for a page that is for nodes only. */
import type { IncomingHttpHeaders } from 'node:http';
import type { NodeView } from './cluster-view.js';

export interface PeerRequest {
  readonly method?: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** The answer must have begun by then, milliseconds after the request was sent. */
  readonly answerMs: number;
  /** The longest silence within the answer's body, milliseconds; without it, `answerMs`. */
  readonly silenceMs?: number;
  readonly signal?: AbortSignal;
}

/** The body has to be taken, or `dump`ed: until then it holds a connection. */
export interface PeerAnswer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: PeerAnswerBody;
}

export interface PeerAnswerBody extends AsyncIterable<Uint8Array> {
  bytes(): Promise<Uint8Array>;
  text(): Promise<string>;
  json(): Promise<unknown>;
  dump(): Promise<void>;
}

/**
 * Asks another node, over a connection on which both have proven that they are of one cluster. Rejects where
 * it cannot be reached, is another node than the one meant, or does not answer in time.
 */
export type PeerFetch = (
  node: Pick<NodeView, 'id' | 'http'>,
  request: PeerRequest,
) => Promise<PeerAnswer>;
