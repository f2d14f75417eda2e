/**
 * Reads that see what was written, through any node: the answer to a write carries the log's position, and
 * a request that carries one is answered by a node that has come at least that far.
 */
import type { CatalogService } from '../../catalog/index.js';
import { HearthError } from '../../types/index.js';
import { header, type Reply, type RequestHead } from '../http/http.js';

export const positionHeader = 'x-hearth-log-position';
/**
 * On the answer to a read: `confirmed` where it tells everything that was acknowledged before the request,
 * `local` where no majority could say in time what that is, and this node answered from what it has.
 */
const readHeader = 'x-hearth-read';

/** Throws `no-quorum` where this node has not come that far in time. */
export async function reachPosition(catalog: CatalogService, text: string): Promise<void> {
  if (!/^\d{1,15}$/.test(text)) {
    throw new HearthError(
      'invalid-parameter',
      `The header ${positionHeader} must be a whole number as the answer to a write carries it.`,
    );
  }
  if (await catalog.reached(Number(text))) return;
  throw new HearthError(
    'no-quorum',
    `This node has not come to position ${text} of the log in time; try again, or ask another node.`,
    { retryAfterS: 1 },
  );
}

/** The position that a request carries; undefined for most. */
export function positionOf(head: RequestHead): string | undefined {
  return header(head, positionHeader);
}

/** The answer to a read. */
export function withReadKind(reply: Reply, isConfirmed: boolean): Reply {
  const kind = isConfirmed ? 'confirmed' : 'local';
  return { ...reply, headers: { ...reply.headers, [readHeader]: kind } };
}

/** The answer to a write, which this node has applied. */
export function atPosition(reply: Reply, catalog: CatalogService): Reply {
  return {
    ...reply,
    headers: { ...reply.headers, [positionHeader]: String(catalog.appliedIndex) },
  };
}
