/** Whether a request between nodes proves that its sender is of this cluster. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { HearthError } from '../types/index.js';
import { header, type RequestHead } from './http.js';

/** Throws `unauthorized` unless the header `x-hearth-peer` is `token`; null means no secret, all pass. */
export function checkPeer(head: RequestHead, token: string | null): void {
  if (token === null) return;
  // hashed, so that the compared texts have one length and the time tells nothing
  if (timingSafeEqual(hash(header(head, 'x-hearth-peer') ?? ''), hash(token))) return;
  throw new HearthError(
    'unauthorized',
    'The header x-hearth-peer does not prove that the sender is a node of this cluster.',
  );
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
