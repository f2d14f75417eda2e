/**
 * Who should vote, follow and lead: what the leader of the log works towards. Pure.
 *
 * The most senior 1, 3 or 5 nodes vote. Where another release leads from now on, its nodes take votes and lead at once, as
 * each has caught up; what else only makes things nicer waits for a quiet moment. A voter that is gone for long, or has lost its memory, makes room for
 * the next oldest; one that came back is the youngest and gives its vote to an older one. The number
 * never falls for a death. A change is made when most of those who are to vote then are there.
 */
import type { Follower, LogStatus } from '../log/index.js';
import { bySeniority, type Seniority } from '../roles/index.js';
import type { NodeId } from '../types/index.js';

/** A member as the plan sees it. */
export interface Candidate extends Seniority {
  readonly alive: boolean;
  /** Its data thread stands still: it may vote, but should not lead. */
  readonly degraded: boolean;
  /** How long it has been dead or away, 0 where it is not. */
  readonly goneMs: number;
}

export interface VoterPlan {
  /** To be fed because they are to vote. */
  readonly learners: readonly NodeId[];
  /** To vote from now on; null where nothing is to change. */
  readonly voters: readonly NodeId[] | null;
  /** To lead from now on; null where nothing is to change. */
  readonly leader: NodeId | null;
}

/** A voter that has been gone this long is replaced, where there is another node to take its place. */
export const voterGoneMs = 10_000;
/** Changes that only make things nicer, within a cohort, wait until the members have not changed for so long. */
export const settledMs = 1000;

/** The most senior 1, 3 or 5 nodes vote. */
export function votersFor(members: number): number {
  return members >= 7 ? 5 : members >= 3 ? 3 : 1;
}

export interface PlanFacts {
  readonly self: NodeId;
  readonly status: LogStatus;
  /** Everyone who was ever admitted, most senior first. */
  readonly candidates: readonly Candidate[];
  readonly followers: ReadonlyMap<NodeId, Follower>;
  /** How long members have neither come nor gone. */
  readonly unchangedMs: number;
}

export function planVoters(facts: PlanFacts): VoterPlan {
  const { status, candidates } = facts;
  const settled = facts.unchangedMs >= settledMs;
  const isVoter = (id: NodeId): boolean => status.voters.includes(id);
  const alive = candidates.filter((candidate) => candidate.alive);
  const absent = candidates.filter(({ id, alive: lives }) => !lives && isVoter(id)).length;
  const size = Math.max(votersFor(alive.length + absent), status.voters.length);
  const learners = alive.filter(({ id }) => !isVoter(id)).slice(0, size);
  const plan = { learners: learners.map(({ id }) => id), voters: null, leader: null };
  if (status.changing || status.voters.length === 0) return plan;
  const voters = nextVoters(facts, size, settled);
  if (voters !== null) return { ...plan, voters };
  return { ...plan, leader: betterLeader(facts, settled) };
}

function nextVoters(facts: PlanFacts, size: number, settled: boolean): readonly NodeId[] | null {
  const { self, candidates, followers, status } = facts;
  const isVoter = (id: NodeId): boolean => status.voters.includes(id);
  const isMute = (id: NodeId): boolean => followers.get(id)?.mute === true;
  const mayVote = (id: NodeId): boolean => followers.get(id)?.caughtUp === true && !isMute(id);
  const kept = candidates.filter(
    ({ id, goneMs }) => isVoter(id) && !isMute(id) && goneMs < voterGoneMs,
  );
  const fresh = candidates.filter(({ id, alive }) => alive && !isVoter(id) && mayVote(id));
  const wanted = [...kept, ...fresh].sort(bySeniority).slice(0, size);
  // Who is gone stays rather than nobody: it may come back, and fewer voters bear fewer deaths.
  const gone = candidates.filter(
    (each) => isVoter(each.id) && !isMute(each.id) && !kept.includes(each),
  );
  const next = [...wanted, ...gone.slice(0, Math.max(0, size - wanted.length))].map(({ id }) => id);
  const left = candidates.filter(({ id }) => isVoter(id) && !next.includes(id));
  const outranked = fresh.some(
    ({ id, cohort }) => next.includes(id) && left.some((voter) => voter.cohort < cohort),
  );
  const urgent =
    kept.length < status.voters.length || next.length > status.voters.length || outranked;
  if (!urgent && !settled) return null;
  if (next.every(isVoter) && next.length === status.voters.length) return null;
  const there = next.filter((id) => id === self || mayVote(id)).length;
  return there * 2 > next.length ? next : null;
}

/** The most senior voter leads, for it is the Master. */
function betterLeader(facts: PlanFacts, settled: boolean): NodeId | null {
  const { self, status, candidates, followers } = facts;
  const first = candidates.find(
    ({ id, alive, degraded }) => alive && !degraded && status.voters.includes(id),
  );
  if (first === undefined || first.id === self) return null;
  const own = candidates.find(({ id }) => id === self)?.cohort ?? 0;
  if (!settled && first.cohort <= own) return null;
  const follower = followers.get(first.id);
  return follower?.caughtUp === true && !follower.mute ? first.id : null;
}
