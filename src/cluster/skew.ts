/**
 * Which releases may live in one cluster: those of one major version whose minor versions are at most one apart, so that
 * every release has to understand no other than the one before it.
 */
import { HearthError, type NodeId, type NodeView } from '../types/index.js';

interface Joining {
  readonly id: NodeId;
  readonly release: string;
}

/**
 * Throws `revision-mismatch` where a member that lives is of a release too far from that of the one who wants to join.
 * Releases that are no versions are let in.
 */
export function checkSkew({ id, release }: Joining, nodes: readonly NodeView[]): void {
  // who holds no rank is dead, has left, or is not admitted itself
  const far = nodes.find(
    (node) => node.id !== id && node.rank >= 0 && isTooFar(release, node.release),
  );
  if (far === undefined) return;
  throw new HearthError(
    'revision-mismatch',
    `this node is of release ${release}, and member ${far.id} (${far.cluster}) of ${far.release}; releases in one ` +
      'cluster may differ by one minor version and no major one, so upgrade by one minor version at a time',
  );
}

function isTooFar(one: string, other: string): boolean {
  const [a, b] = [versionOf(one), versionOf(other)];
  if (a === null || b === null) return false;
  return a.major !== b.major || Math.abs(a.minor - b.minor) > 1;
}

function versionOf(release: string): { readonly major: number; readonly minor: number } | null {
  const match = /^(\d+)\.(\d+)\.\d+(?:[-+].*)?$/.exec(release);
  return match === null ? null : { major: Number(match[1]), minor: Number(match[2]) };
}
