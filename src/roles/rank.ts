/**
 * Members to ranks: the most senior is the Master, the next round(sqrt(N)) are Replicas, the rest Workers. The highest
 * cohort goes first, which while releases change is the nodes of the one that leads; within a cohort, age.
 *
 * Age is the admission number and never a clock, so that every node computes the same ranks alone from
 * the same list. A suspect keeps its rank: only a conviction moves roles, so that a hiccup does not.
 */
import type { MemberStatus, NodeId, Role } from '../types/index.js';

/** What the order of nodes is made of. */
export interface Seniority {
  readonly id: NodeId;
  /** The number of the last decision by which its release leads; 0 where there is none. */
  readonly cohort: number;
  /** The admission number; 0 before admission. */
  readonly joinedAt: number;
}

export interface RankableMember extends Seniority {
  readonly status: MemberStatus;
}

export interface RankedMember {
  readonly id: NodeId;
  /** 0 is the most senior. */
  readonly rank: number;
  readonly role: Role;
}

/** The admitted members that take part, most senior first, with their ranks and roles. */
export function rankMembers(members: readonly RankableMember[]): readonly RankedMember[] {
  const ordered = members.filter(takesPart).sort(bySeniority);
  const replicas = replicaCount(ordered.length);
  return ordered.map(({ id }, rank) => ({ id, rank, role: roleOf(rank, replicas) }));
}

/** The one order of nodes: who comes first leads rather, votes rather and feeds others rather. */
export function bySeniority(one: Seniority, other: Seniority): number {
  return other.cohort - one.cohort || one.joinedAt - other.joinedAt || (one.id < other.id ? -1 : 1);
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
