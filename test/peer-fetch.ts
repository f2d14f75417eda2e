/** Asks other nodes by plain HTTP, for tests that are not about how nodes prove themselves. */
import { request } from 'undici';
import type { PeerFetch } from '../src/types/index.js';

export const plainFetch: PeerFetch = (node, { path, answerMs, silenceMs = answerMs, ...rest }) =>
  request(`http://${node.http}${path}`, {
    method: rest.method ?? 'GET',
    headers: { ...rest.headers, 'x-meant': node.id },
    body: rest.body ?? null,
    signal: rest.signal ?? null,
    headersTimeout: answerMs,
    bodyTimeout: silenceMs,
  });
