/** Ways to cut a network, as sets of directions along which everything is lost. */
import type { Random } from '../../../src/lib/index.js';
import { way } from './network.js';

export const partitionKinds = ['halves', 'minority', 'one-way', 'ring'] as const;
export type PartitionKind = (typeof partitionKinds)[number];

export function partition(
  kind: PartitionKind,
  nodes: readonly string[],
  random: Random,
): ReadonlySet<string> {
  const shuffled = random.shuffled(nodes);
  switch (kind) {
    case 'halves':
      return between(shuffled, Math.floor(nodes.length / 2));
    case 'minority':
      return between(shuffled, Math.max(1, Math.floor((nodes.length - 1) / 2)));
    case 'one-way': {
      const [victim = '', ...others] = shuffled;
      const deaf = random.below(2) === 0;
      return new Set(others.map((other) => (deaf ? way(other, victim) : way(victim, other))));
    }
    case 'ring':
      return ring(shuffled);
  }
}

/** The first `count` hear nothing from the rest, and the other way round. */
function between(nodes: readonly string[], count: number): ReadonlySet<string> {
  const one = nodes.slice(0, count);
  const other = nodes.slice(count);
  return new Set(one.flatMap((a) => other.flatMap((b) => [way(a, b), way(b, a)])));
}

/** Each hears a majority around it, and no two of them the same one. */
function ring(nodes: readonly string[]): ReadonlySet<string> {
  const { length } = nodes;
  // Two have no ring, and of three in a ring everybody is a neighbour: then a line.
  if (length < 3) return between(nodes, 1);
  const [first = '', , last = ''] = nodes;
  if (length === 3) return new Set([way(first, last), way(last, first)]);
  const reach = Math.floor((length - 2) / 4) + 1;
  const cut = new Set<string>();
  nodes.forEach((a, i) => {
    nodes.forEach((b, j) => {
      const apart = Math.abs(i - j);
      if (Math.min(apart, length - apart) > reach) cut.add(way(a, b));
    });
  });
  return cut;
}
