/** What is known at a moment, put together: which member lives in which place, what is free, what is being started. */
import { isBack } from '../machine/transitions.js';
import type {
  CohortDecision,
  Facts,
  HostFacts,
  MemberFacts,
  Place,
  PlanSettings,
  Release,
  Rollout,
  StartNote,
} from '../types.js';

/** A place with who lives there and who was started there last. */
export interface Spot {
  readonly host: HostFacts;
  readonly place: Place;
  readonly member: MemberFacts | null;
  /** The newest one. */
  readonly note: StartNote | null;
}

/** A living member. */
export interface Living {
  readonly member: MemberFacts;
  /** Null where no host tells of its place: it cannot be stopped now. */
  readonly spot: Spot | null;
}

export interface Picture {
  readonly cohort: CohortDecision | null;
  readonly rollout: Rollout;
  readonly facts: Facts;
  readonly settings: PlanSettings;
  readonly spots: readonly Spot[];
  /** Oldest first; whose process is known to be gone is not among them, though gossip may not have heard of it. */
  readonly living: readonly Living[];
  /** The release whose nodes are to be all in the end, as it looks now. */
  readonly towards: Release;
  /** Living nodes of it, and all others. */
  readonly there: readonly Living[];
  readonly away: readonly Living[];
  /** Those of `away` that are asked to leave: not to be counted on. */
  readonly leaving: readonly Living[];
  /** How long a start that was told may take until its process is seen. */
  readonly graceMs: number;
  /** Since when the story has nothing new. */
  readonly quietMs: number;
}

export function pictureOf(
  cohort: CohortDecision | null,
  rollout: Rollout,
  facts: Facts,
  settings: PlanSettings,
): Picture {
  const byAddress = new Map<string, MemberFacts[]>();
  for (const member of facts.members) {
    byAddress.set(member.http, [...(byAddress.get(member.http) ?? []), member]);
  }
  const spots = facts.hosts.flatMap((host) =>
    host.places.map((place): Spot => {
      const members = place.http === null ? [] : (byAddress.get(place.http) ?? []);
      const address = { host: host.host, place: place.name };
      const note = rollout.starts.findLast((one) => isSamePlace(one, address)) ?? null;
      return { host, place, member: livesIn(place, members), note };
    }),
  );
  const spotOf = new Map(spots.map((spot) => [spot.member?.id, spot]));
  const living = facts.members.flatMap((member): readonly Living[] => {
    const spot = spotOf.get(member.id);
    if (spot === undefined) return isReplaced(facts, member) ? [] : [{ member, spot: null }];
    return spot.place.running === null ? [] : [{ member, spot }];
  });
  const towards = isBack(rollout.step) ? rollout.from : rollout.release;
  const isThere = ({ member }: Living): boolean => member.version === towards.version;
  const away = living.filter((one) => !isThere(one));
  const isAsked = ({ member }: Living): boolean =>
    rollout.story.some(
      ({ leaves, step }) => leaves === member.id && isBack(step) === isBack(rollout.step),
    );
  const lastMs = Math.max(rollout.stepBeganMs, rollout.story.at(-1)?.atMs ?? 0);
  return {
    cohort,
    rollout,
    facts,
    settings,
    spots,
    living,
    towards,
    there: living.filter(isThere),
    away,
    leaving: away.filter(isAsked),
    graceMs: settings.startTimeoutMs / 10,
    quietMs: facts.nowMs - lastMs,
  };
}

export function isFree({ place, member }: Spot): boolean {
  return place.running === null && member === null;
}

/** Told to be started, and not to be seen yet: it is asked for again. */
export function isFresh(picture: Picture, spot: Spot, version = spot.note?.version): boolean {
  const { note } = spot;
  if (!isFree(spot) || note === null || note.version !== version) return false;
  return picture.facts.nowMs - note.atMs <= picture.graceMs;
}

/** The last start there came to nothing: its process is gone, or it did not become a member in time. */
export function hasFailed(picture: Picture, spot: Spot, version: string): boolean {
  const { note, member, place } = spot;
  if (note === null || note.version !== version || member !== null) return false;
  if (isOverdue(picture, spot)) return true;
  return place.running === null && !isFresh(picture, spot, version);
}

/** Found so of late: who came in all the same and goes later is another matter. */
export function isOverdue({ facts, settings }: Picture, { note }: Spot): boolean {
  return facts.nowMs - (note?.overdueMs ?? Number.NEGATIVE_INFINITY) <= settings.startTimeoutMs;
}

/** How many nodes of a version are on their way to be members; one of a host that is not to be seen counts for a while. */
export function pendingOf(picture: Picture, version: string): number {
  const { facts, rollout, settings, spots } = picture;
  const seen = spots.filter((spot) => isPending(picture, spot, version));
  const unseen = rollout.starts.filter((note, at) => {
    const isLast = !rollout.starts.slice(at + 1).some((later) => isSamePlace(note, later));
    const age = facts.nowMs - note.atMs;
    const isHidden = !facts.hosts.some(({ host }) => host === note.host);
    return isLast && isHidden && note.version === version && age < settings.startTimeoutMs;
  });
  return seen.length + unseen.length;
}

export function isPending(picture: Picture, spot: Spot, version: string): boolean {
  if (isFresh(picture, spot, version)) return true;
  return spot.member === null && spot.place.running?.version === version;
}

/** Does nobody else stay on its host? Nobody could act there without it. */
export function isLastOfHost({ living, leaving }: Picture, one: Living): boolean {
  return !living.some(
    (other) =>
      other !== one && other.spot?.host.host === one.spot?.host.host && !leaving.includes(other),
  );
}

export function where({ host, place }: Spot): string {
  return `${place.name} of ${host.host}`;
}

/** Of members at the address of a place, the youngest: an older one has been replaced. */
function livesIn({ running }: Place, members: readonly MemberFacts[]): MemberFacts | null {
  const isOfIt = ({ version }: MemberFacts): boolean => version === running?.version;
  return members.findLast(isOfIt) ?? members.at(-1) ?? null;
}

/** Another member answers at its address: it is not known yet that this one is gone. */
function isReplaced(facts: Facts, member: MemberFacts): boolean {
  return facts.members.some(
    ({ id, http, joinedAt }) =>
      id !== member.id && http === member.http && joinedAt > member.joinedAt,
  );
}

type Address = Pick<StartNote, 'host' | 'place'>;

function isSamePlace(a: Address, b: Address): boolean {
  return a.host === b.host && a.place === b.place;
}
