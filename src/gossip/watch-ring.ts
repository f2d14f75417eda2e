/**
 * Who holds a stream to whom: all members in a ring by id, and each watches its next few. So each is
 * watched by as many others, a node holds as many streams in a cluster of 3 as in one of 1,000, and a
 * change moves the streams of its neighbours only.
 */
import type { NodeId } from '../types/index.js';
import type { WatchedMember } from './effect.js';
import type { MemberTable } from './member-table.js';
import { parameters } from './parameters.js';

export class WatchRing {
  #live: readonly NodeId[] = [];
  #watched: readonly WatchedMember[] = [];

  constructor(private readonly self: NodeId) {}

  /** Whom we should watch, where that has changed since the last call; else null. */
  next(table: MemberTable): readonly WatchedMember[] | null {
    const live = table.liveList();
    const current = this.#watched.every((member) => isSame(member, table));
    if (current && live === this.#live) return null;
    this.#live = live;
    const ids = nextInRing(this.self, live, parameters.watchers);
    const before = this.#watched;
    if (current && ids.join() === before.map(({ id }) => id).join()) return null;
    this.#watched = ids.flatMap((id) => {
      const member = table.get(id);
      return member ? [{ id, generation: member.generation, cluster: member.cluster }] : [];
    });
    return this.#watched;
  }
}

/** The next `count` of `others` after `self` in the ring, nearest first. */
export function nextInRing(self: NodeId, others: Iterable<NodeId>, count: number): NodeId[] {
  const nearest: NodeId[] = [];
  for (const id of others) {
    const place = nearest.findIndex((chosen) => isBefore(self, id, chosen));
    if (place >= 0) nearest.splice(place, 0, id);
    else if (nearest.length < count) nearest.push(id);
    if (nearest.length > count) nearest.pop();
  }
  return nearest;
}

function isSame({ id, generation, cluster }: WatchedMember, table: MemberTable): boolean {
  const member = table.get(id);
  return member?.generation === generation && member.cluster === cluster;
}

/** True where, going round from `self`, `one` comes before `other`. */
function isBefore(self: NodeId, one: NodeId, other: NodeId): boolean {
  if (one > self !== other > self) return one > self;
  return one < other;
}
