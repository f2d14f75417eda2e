/**
 * Members to ranks: the oldest is the Master, the next round(sqrt(N)) are Replicas, the rest Workers.
 *
 * Age is the admission number and never a clock, so that every node computes the same ranks alone from
 * the same list. A suspect keeps its rank: only a conviction moves roles, so that a hiccup does not.
 */
import type { MemberStatus, NodeId, Role } from '../types/index.js';

export interface RankableMember {
  readonly id: NodeId;
  /** The admission number; 0 before admission. */
  readonly joinedAt: number;
  readonly status: MemberStatus;
}

export interface RankedMember {
  readonly id: NodeId;
  /** 0 is the oldest. */
  readonly rank: number;
  readonly role: Role;
}

/** The admitted members that take part, oldest first, with their ranks and roles. */
export function rankMembers(members: readonly RankableMember[]): readonly RankedMember[] {
  const ordered = members.filter(takesPart).sort(byAge);
  const replicas = replicaCount(ordered.length);
  return ordered.map(({ id }, rank) => ({ id, rank, role: roleOf(rank, replicas) }));
}

/** How many of `members` are Replicas: round(sqrt(N)), at least one beside the Master, 0 for one alone. */
export function replicaCount(members: number): number {
  if (members <= 1) return 0;
  return Math.min(members - 1, Math.max(1, Math.round(Math.sqrt(members))));
}

function roleOf(rank: number, replicas: number): Role {
  if (rank === 0) return 'master';
  return rank <= replicas ? 'replica' : 'worker';
}

function takesPart({ joinedAt, status }: RankableMember): boolean {
  return joinedAt > 0 && (status === 'alive' || status === 'suspect');
}

function byAge(one: RankableMember, other: RankableMember): number {
  return one.joinedAt - other.joinedAt || (one.id < other.id ? -1 : 1);
}
