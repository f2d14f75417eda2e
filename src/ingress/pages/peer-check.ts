/** Whether a request for a page between nodes comes from a node of this cluster. */
import { HearthError } from '../../types/index.js';
import type { RequestHead } from '../http/http.js';

/** Throws `unauthorized` unless it came on a connection on which a node has proven itself. */
export function checkPeer({ peer }: RequestHead): void {
  if (peer !== undefined) return;
  throw new HearthError(
    'unauthorized',
    'Only the nodes of the cluster ask for this, on connections of their own.',
  );
}
