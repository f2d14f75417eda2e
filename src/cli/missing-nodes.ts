/** Nodes that did not answer, where an answer is gathered from all of them. */
import * as z from 'zod';
import { type Io, say } from './io.js';

export const missingNodes = z.array(
  z.object({ node: z.string(), http: z.string(), reason: z.string() }),
);

/** Says of whom something may be missing, if of anybody. */
export function sayMissing(io: Io, what: string, nodes: z.output<typeof missingNodes>): void {
  if (nodes.length === 0) return;
  const named = nodes.map(({ node, http, reason }) => `${node.slice(0, 8)} (${http}: ${reason})`);
  say(io, `${what} may be missing of: ${named.sort().join(', ')}`);
}
