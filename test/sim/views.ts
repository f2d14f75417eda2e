/** Views beside each other: whether all believe the same, and what they are for who reads a failed run. */
import type { GossipMember } from '../../src/gossip/index.js';
import { looksTheSame } from '../../src/gossip/member-order.js';
import type { SimulatedNode } from './node.js';
import { viewDiff } from './view-diff.js';

export type SameMember = (one: GossipMember, other: GossipMember) => boolean;

const describedMax = 50;

export function sameWords(one: GossipMember, another: GossipMember): boolean {
  return one.incarnation === another.incarnation && looksTheSame(one, another);
}

/** True where each viewer knows the same members as each other, and says the same of each. */
export function viewsEqual(viewers: readonly SimulatedNode[], same: SameMember): boolean {
  const [first, ...others] = viewers;
  if (first === undefined) return true;
  return others.every((other) => {
    let equal = true;
    viewDiff(first.core.members(), other.core.members(), (one, another) => {
      equal &&= one !== undefined && another !== undefined && same(one, another);
    });
    return equal;
  });
}

/** One line per viewer: the first letter of what it says of each member, by id. */
export function describeViews(viewers: readonly SimulatedNode[]): string {
  const letters = (node: SimulatedNode): string =>
    node.core
      .members()
      .map(({ status }) => status[0])
      .join('');
  return viewers
    .slice(0, describedMax)
    .map((node) => `${node.address} ${letters(node)}`)
    .join('\n');
}
