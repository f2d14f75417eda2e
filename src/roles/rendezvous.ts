/**
 * Which Replica a Worker asks: rendezvous hashing (Thaler and Ravishankar 1998). Every pair has a score
 * and the highest wins, so that a Replica that goes moves only its own Workers, one that comes takes only
 * what it wins, and everybody can compute it alone.
 */
import type { NodeId } from '../types/index.js';

/** The Replica to ask first and, where there is more than one, the spare; in order, none twice. */
export function replicasFor(worker: NodeId, replicas: readonly NodeId[]): readonly NodeId[] {
  const scored = replicas.map((replica) => ({ replica, score: score(worker, replica) }));
  scored.sort((one, other) => other.score - one.score || (one.replica < other.replica ? -1 : 1));
  return scored.slice(0, 2).map(({ replica }) => replica);
}

/** FNV-1a over both ids, then the finalizer of MurmurHash3, which spreads the last bytes over all bits. */
function score(worker: NodeId, replica: NodeId): number {
  let hash = 0x811c9dc5;
  for (const text of [worker, replica]) {
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
