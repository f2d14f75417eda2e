/** What differs between two views: both are lists by id, whose unchanged members are the same objects. */
import type { GossipMember } from '../../src/gossip/index.js';

/** `undefined` before: new; after: forgotten. */
export type News = (before: GossipMember | undefined, after: GossipMember | undefined) => void;

export function viewDiff(
  before: readonly GossipMember[],
  after: readonly GossipMember[],
  news: News,
): void {
  if (before === after) return;
  let at = 0;
  for (const member of after) {
    let old = before[at];
    while (old !== undefined && old.id < member.id) {
      news(old, undefined);
      old = before[++at];
    }
    if (old?.id === member.id) {
      at++;
      if (old !== member) news(old, member);
    } else news(undefined, member);
  }
  for (const gone of before.slice(at)) news(gone, undefined);
}
