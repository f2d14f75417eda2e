/** Whether anybody waits for a request that was read long after it was sent, or has waited for the node to start. */
import { nextTurn } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';
import type { IngressRequest } from './http.js';

/**
 * Reads on until the end of the connection has been seen, where it has come. Throws `caller-gone`: what a balancer has
 * given up, and may have given to another node, is not begun.
 */
export async function callerIsThere(request: IngressRequest): Promise<void> {
  // the rest of this turn of the event loop, and one in which all sockets are read
  await nextTurn();
  await nextTurn();
  if (request.signal?.aborted !== true) return;
  throw new HearthError('caller-gone', 'The caller went away before the request was begun.');
}
