/** Which nodes are started, where, and when a start has failed for good. */
import type { Action, RolloutCommand } from '../types.js';
import {
  hasFailed,
  isFree,
  isFresh,
  isLastOfHost,
  isOverdue,
  isPending,
  type Picture,
  pendingOf,
  type Spot,
  where,
} from './picture.js';

/** What is wanted of starts: `told` where something is, `stuck` where nothing can be done. */
export interface Starts {
  readonly actions: readonly Action[];
  /** Why no node can be started though one is missing. */
  readonly stuck: string | null;
}

/** As many nodes of `version` as are missing, each told first; those that were told and are not to be seen are started. */
export function starts(
  picture: Picture,
  version: string,
  missing: number,
  among: (spot: Spot) => boolean = () => true,
): Starts {
  const again = picture.spots
    .filter((spot) => isFresh(picture, spot, version) && spot.host.prepared.includes(version))
    .map((spot): Action => ({ kind: 'start', ...address(spot), version }));
  const actions = [...again, ...overdue(picture, version)];
  if (missing - pendingOf(picture, version) <= 0) return { actions, stuck: null };
  const spot = pick(picture, version, among);
  if (spot === undefined) {
    return { actions, stuck: `no place is free where a node of ${version} could be started` };
  }
  const note = { ...address(spot), version, atMs: picture.facts.nowMs };
  return { actions: [...actions, command(picture, { kind: 'starting', note })], stuck: null };
}

/** Why the release is given up: a place where it was started so often and is not alive; null where there is none. */
export function crashLoop(picture: Picture): string | null {
  const { rollout, settings } = picture;
  const { version } = rollout.release;
  const spot = picture.spots.find(
    (one) =>
      hasFailed(picture, one, version) && tries(picture, one, version) >= settings.crashStarts,
  );
  if (spot === undefined) return null;
  const times = tries(picture, spot, version);
  return `a node of ${version} was started ${times} times in ${where(spot)} and did not stay`;
}

/** Those that have come in since they were started. */
export function joined(picture: Picture): readonly Action[] {
  return picture.spots
    .filter(
      ({ note, member, place }) =>
        note !== null &&
        note.joinedMs === undefined &&
        member?.version === note.version &&
        member?.version === place.running?.version,
    )
    .map((spot) => command(picture, { kind: 'joined', ...address(spot) }));
}

/** What is about the revision that was looked at. */
export function command(
  { rollout, facts }: Picture,
  what: DistributiveOmit<
    Exclude<RolloutCommand, { kind: 'begin' | 'format' }>,
    'revision' | 'atMs'
  >,
): Action {
  const about = { revision: rollout.revision, atMs: facts.nowMs };
  return { kind: 'command', command: { ...what, ...about } };
}
type DistributiveOmit<Union, Keys extends PropertyKey> = Union extends unknown
  ? Omit<Union, Keys>
  : never;

export function address({ host, place }: Spot): { readonly host: string; readonly place: string } {
  return { host: host.host, place: place.name };
}

/** Started, running, and no member in time: told, and a little later ended. */
function overdue(picture: Picture, version: string): readonly Action[] {
  const { facts, settings, graceMs, quietMs } = picture;
  return picture.spots.flatMap((spot): readonly Action[] => {
    const { note, member, place } = spot;
    if (member !== null || place.running?.version !== version || note?.version !== version) {
      return [];
    }
    // who was a member may be one again soon: hosts tell of its process a little longer than there is one
    const waitedMs = note.joinedMs === undefined ? facts.nowMs - note.atMs : quietMs;
    if (waitedMs <= settings.startTimeoutMs) return [];
    if (!isOverdue(picture, spot)) {
      return [command(picture, { kind: 'overdue', ...address(spot) })];
    }
    if (facts.nowMs - (note.overdueMs ?? 0) <= graceMs) return [];
    return [{ kind: 'stop', ...address(spot), version, how: 'kill' }];
  });
}

/**
 * The free place for the next node: first on hosts whose last living node is to be replaced, then where most places are
 * free. A place where nodes of the former release do not stay is left alone for a while.
 */
function pick(picture: Picture, version: string, among: (spot: Spot) => boolean): Spot | undefined {
  const { spots, settings, rollout } = picture;
  const isOpen = (spot: Spot): boolean =>
    isFree(spot) &&
    !isFresh(picture, spot) &&
    spot.host.prepared.includes(version) &&
    (version === rollout.release.version || tries(picture, spot, version) < settings.crashStarts) &&
    among(spot);
  return picture.facts.hosts
    .map(({ host }) => {
      const own = spots.filter((spot) => spot.host.host === host);
      const free = own.filter(isFree).length;
      return { host, open: own.find(isOpen), waits: waitsFor(picture, own, version), free };
    })
    .filter(({ open }) => open !== undefined)
    .sort((a, b) => b.waits - a.waits || b.free - a.free || (a.host < b.host ? -1 : 1))[0]?.open;
}

/** Does a host's last living node wait to be replaced, with none on its way? The old Master's is the last to matter. */
function waitsFor(picture: Picture, own: readonly Spot[], version: string): 0 | 1 | 2 {
  const { away, rollout } = picture;
  const last = away.find((one) => one.spot !== null && own.includes(one.spot));
  if (last === undefined || !isLastOfHost(picture, last)) return 0;
  if (own.some((spot) => isPending(picture, spot, version))) return 0;
  return last.member.id === rollout.oldMaster ? 1 : 2;
}

/**
 * Starts of a place within the window, and those that never got ready, since the step began: what was started before it
 * has stayed for long enough to come this far.
 */
function tries({ rollout, facts, settings }: Picture, spot: Spot, version: string): number {
  const { host, place } = address(spot);
  return rollout.starts.filter(
    (note) =>
      note.host === host &&
      note.place === place &&
      note.version === version &&
      note.atMs >= rollout.stepBeganMs &&
      (facts.nowMs - note.atMs < settings.crashWindowMs ||
        (version === rollout.release.version && note.overdueMs !== undefined)),
  ).length;
}
