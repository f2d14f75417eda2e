/**
 * Who of many serves a key: rendezvous hashing (Thaler and Ravishankar 1998). Every pair of key and node has a
 * score and the highest wins, so that a node that goes moves only what it had, one that comes takes only what it
 * wins, and everybody can compute it alone. A key is a Worker that asks a Replica, or code that has to be somewhere.
 */
import type { NodeId } from '../types/index.js';

/** The nodes in the order in which they should serve the key, none twice; at most `countMax`. */
export function rendezvous(
  key: string,
  nodes: readonly NodeId[],
  countMax: number = nodes.length,
): readonly NodeId[] {
  const start = hashed(key, 0x811c9dc5);
  const scored = nodes.map((node) => ({ node, score: mixed(hashed(node, start)) }));
  scored.sort((one, other) => other.score - one.score || (one.node < other.node ? -1 : 1));
  return scored.slice(0, countMax).map(({ node }) => node);
}

/** The Replica to ask first and, where there is more than one, the spare; in order, none twice. */
export function replicasFor(worker: NodeId, replicas: readonly NodeId[]): readonly NodeId[] {
  return rendezvous(worker, replicas, 2);
}

/** FNV-1a, going on from `hash`. */
function hashed(text: string, hash: number): number {
  let bits = hash;
  for (let index = 0; index < text.length; index++) {
    bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  }
  return bits;
}

/** The finalizer of MurmurHash3, which spreads the last bytes over all bits. */
function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
