/** Whether a request between nodes comes from a node of this cluster, and is meant for this node. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { HearthError, type NodeId } from '../../types/index.js';
import { header, type RequestHead } from '../http/http.js';

/**
 * Throws `unauthorized` unless the header `x-hearth-peer` is one of `tokens` (none: no secret, all pass),
 * and `route-not-found` where the header `x-hearth-to` names another node than this one.
 */
export function checkPeer(head: RequestHead, tokens: readonly string[], self: NodeId): void {
  checkToken(head, tokens);
  const to = header(head, 'x-hearth-to') ?? self;
  if (to === self) return;
  throw new HearthError('route-not-found', `This is node ${self}, and not the node '${to}'.`);
}

function checkToken(head: RequestHead, tokens: readonly string[]): void {
  if (tokens.length === 0) return;
  // hashed, so that the compared texts have one length and the time tells nothing
  const shown = hash(header(head, 'x-hearth-peer') ?? '');
  if (tokens.some((token) => timingSafeEqual(shown, hash(token)))) return;
  throw new HearthError(
    'unauthorized',
    'The header x-hearth-peer does not prove that the sender is a node of this cluster.',
  );
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
