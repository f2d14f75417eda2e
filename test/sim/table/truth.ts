/** What tables must hold once all is quiet: exactly what the members say of themselves. */
import type { Claim, TableMember } from '../../../src/cluster/table/index.js';
import { rankMembers } from '../../../src/roles/index.js';
import type { NodeId } from '../../../src/types/index.js';
import type { TableNode } from './node.js';

/** What is wrong with one node's table. */
export interface Disagreement {
  readonly node: NodeId;
  readonly role: string | null;
  readonly shouldBe: string;
  readonly position: unknown;
  readonly missing: readonly string[];
  readonly wrong: readonly string[];
}

/** The first node whose role or table is not what the facts make it; null where all agree. */
export function disagreement(
  nodes: ReadonlyMap<NodeId, TableNode>,
  facts: ReadonlyMap<NodeId, TableMember>,
): Disagreement | null {
  const roles = new Map(rankMembers([...facts.values()]).map(({ id, role }) => [id, role]));
  const authors = [...nodes.values()].filter(({ id, alive, generation }) => {
    return alive && roles.has(id) && facts.get(id)?.generation === generation;
  });
  for (const [id, node] of nodes) {
    const shouldBe = roles.get(id);
    if (!node.alive || shouldBe === undefined) continue;
    const { role, position } = node.core;
    if (role === shouldBe && role === 'worker') continue;
    // a node never leaves its own claims out, degraded or not
    const shown = authors.filter((author) => author === node || !facts.get(author.id)?.degraded);
    if (role === shouldBe && position !== null && holds(node, shown)) continue;
    return { node: id, role, shouldBe, position, ...difference(node, shown) };
  }
  return null;
}

/** Whether a table holds what these say of themselves, and nothing else. */
function holds({ core }: TableNode, authors: readonly TableNode[]): boolean {
  const byId = new Map(authors.map((author) => [author.id, author]));
  let count = 0;
  for (const { node, generation, key, sequence, load } of core.visibleClaims()) {
    const author = byId.get(node);
    const latest = author?.latest.get(key);
    if (author?.generation !== generation || latest?.state !== 'warm') return false;
    if (latest.sequence !== sequence || latest.load !== load) return false;
    count++;
  }
  for (const author of authors) count -= author.warmCount;
  return count === 0;
}

function difference(
  { core }: TableNode,
  authors: readonly TableNode[],
): Pick<Disagreement, 'missing' | 'wrong'> {
  const truth = new Set(
    authors.flatMap((author) => {
      const { id: node, generation } = author;
      return [...author.warm()].map((claim) => describe({ ...claim, node, generation }));
    }),
  );
  const held = new Set([...core.visibleClaims()].map(describe));
  return {
    missing: [...truth].filter((claim) => !held.has(claim)),
    wrong: [...held].filter((claim) => !truth.has(claim)),
  };
}

function describe({ node, generation, sequence, key, load }: Claim): string {
  return `${node} ${generation} ${sequence} ${key} ${load}`;
}
