/**
 * Which of two things said about one node counts. It is a total order, so that merging is taking the
 * greater one: in whatever order, and however often, the news arrive, everybody ends with the same view.
 *
 * A record's address and meta are the subject's own words at its incarnation, whoever passes them on.
 */
import type { NodeId } from '../types/index.js';
import type { MemberRecord } from './packet.js';
import type { GossipMember, GossipStatus, MemberMeta } from './types.js';

const statusRank: { readonly [Status in GossipStatus]: number } = {
  alive: 0,
  suspect: 1,
  dead: 2,
  left: 3,
};

/**
 * True where `news` counts more than `known`: a higher generation (a later life) first; within one, `left`
 * is final; then the higher incarnation (only the subject raises it), then the graver status.
 */
export function supersedes(news: GossipMember, known: GossipMember): boolean {
  if (news.generation !== known.generation) return news.generation > known.generation;
  const newsLeft = news.status === 'left';
  const knownLeft = known.status === 'left';
  if (newsLeft !== knownLeft) return newsLeft;
  if (news.incarnation !== known.incarnation) return news.incarnation > known.incarnation;
  return statusRank[news.status] > statusRank[known.status];
}

/** True for a member that takes part, as far as we know. */
export function isLive(member: GossipMember): boolean {
  return member.status === 'alive' || member.status === 'suspect';
}

/** True where a reader of the member list would see no difference. */
export function looksTheSame(one: GossipMember, other: GossipMember): boolean {
  return (
    one.generation === other.generation &&
    one.status === other.status &&
    one.cluster === other.cluster &&
    sameMeta(one.meta, other.meta)
  );
}

/**
 * `news`, with the cohort that counts: within a generation it only ever rises, so that the higher one is right. A member
 * of an earlier release passes a record on without.
 */
export function withCohort<News extends GossipMember>(
  news: News,
  known: GossipMember | undefined,
): News {
  if (known?.generation !== news.generation || known.meta.cohort <= news.meta.cohort) return news;
  return { ...news, meta: { ...news.meta, cohort: known.meta.cohort } };
}

/**
 * True where the two say the same but for how busy the member is, and its cohort. A member of an earlier release passes
 * on what it knows of that and drops the rest, so that nobody has to be told that it was somehow different.
 */
export function saysTheSame(one: GossipMember, other: GossipMember): boolean {
  const meta = { ...withLoad(one.meta, other.meta), cohort: other.meta.cohort };
  return looksTheSame({ ...one, meta }, other);
}

export function sameMeta(one: MemberMeta, other: MemberMeta): boolean {
  return (
    one.http === other.http &&
    one.release === other.release &&
    one.joinedAt === other.joinedAt &&
    one.degraded === other.degraded &&
    one.cohort === other.cohort &&
    one.load === other.load &&
    one.waiting === other.waiting &&
    one.freeMemoryMb === other.freeMemoryMb
  );
}

/** What is said in `meta`, but for how busy the member is: that is as in `other`. */
export function withLoad(meta: MemberMeta, other: MemberMeta): MemberMeta {
  const { load, waiting, freeMemoryMb } = other;
  return { ...meta, load, waiting, freeMemoryMb };
}

/** Whom an accusation comes from, in 4 bytes: the end of the id. Two alike count as one accuser. */
export function markOf(id: NodeId): number {
  return Number.parseInt(id.slice(-8), 16);
}

/**
 * What we take instead of a `record` that somebody is dead. After a partition both halves tell of the
 * other that it is dead: whom we hold for alive gets the chance to refute, instead of being struck off
 * for a moment. A process that is proven to be gone does not, nor one that we have heard to be `accused`.
 */
export function softened(
  record: MemberRecord,
  known: GossipMember | undefined,
  accused: boolean,
): MemberRecord {
  if (record.status !== 'dead' || record.proven || accused || known === undefined) return record;
  if (!isLive(known) || record.generation !== known.generation) return record;
  return { ...record, status: 'suspect', endedS: 0, accusers: [] };
}
