/** The steps in which nodes of one release are replaced by those of the other, in either direction. */
import type { Action } from '../types.js';
import { batchOf, drains } from './drains.js';
import { isOverdue, type Living, type Picture, pendingOf, type Spot, where } from './picture.js';
import { address, command, starts } from './starts.js';
import { advance, elapsedMs, isOutOfPatience, prepare, type Wants } from './wants.js';

/** A start that is told shows in what hosts say after so long at the latest, beside the time it may take. */
const factsMs = 3_000;

/** All but the old Master go. */
export function draining(picture: Picture): Wants {
  const { away, rollout } = picture;
  const others = away.filter(({ member }) => member.id !== rollout.oldMaster);
  if (others.length === 0) {
    return advance(picture, 'draining-last', 'all old nodes but the old Master are replaced');
  }
  return replace(picture, others);
}

/** The old Master goes. */
export function drainingLast(picture: Picture): Wants {
  const { away, rollout } = picture;
  if (away.length === 0) {
    return advance(picture, 'baking', `all nodes are of ${rollout.release.version}`);
  }
  return replace(picture, away);
}

/** The whole is watched; who comes back as he was is replaced. */
export function baking(picture: Picture): Wants {
  const { facts, rollout, settings } = picture;
  const rest = replace(picture, picture.away);
  // from the last start on: who died has to show that it stays
  const startedMs = rollout.starts.at(-1)?.atMs ?? 0;
  const watchedMs = Math.min(elapsedMs(picture), facts.nowMs - startedMs);
  const isWatched = watchedMs >= settings.bakeMs || isOutOfPatience(picture, 10);
  if (isWatched && isWhole(picture)) {
    return advance(picture, 'finalised', `${rollout.release.version} is what the cluster runs`);
  }
  return { ...rest, waits: isWatched ? rest.waits : null };
}

export function replacingBack(picture: Picture): Wants {
  const { away, cohort, facts, rollout } = picture;
  const { version } = rollout.from;
  if (away.some(({ member }) => member.id === facts.master) && cohort?.version !== version) {
    const text = `${version} leads again: deaths have made a node of ${rollout.release.version} Master`;
    return advance(picture, 'moving-back', text, { lead: version });
  }
  if (isWhole(picture)) {
    return advance(picture, 'rolled-back', `${rollout.from.version} is what the cluster runs`);
  }
  return replace(picture, picture.away);
}

/** A node is started first, then one can go; `candidates` are those that may go now. */
function replace(picture: Picture, candidates: readonly Living[]): Wants {
  const { away, leaving, living, there, rollout, towards } = picture;
  const { version } = towards;
  const going = drains(picture, candidates);
  const staying = living.length - leaving.length;
  const extra = Math.min(batchOf(picture), away.length - leaving.length);
  const missing = Math.max(1 - there.length, rollout.size + extra - staying);
  const hosts = going.lastOfHost.map(({ spot }) => spot?.host.host);
  const isStuckOnHosts = going.stuck !== null && hosts.length > 0 && missing === 0;
  const awaited = (spot: Spot): boolean => isAwaited(picture, spot, hosts);
  const begun = isStuckOnHosts
    ? starts(picture, version, pendingOf(picture, version) + 1, awaited)
    : starts(picture, version, missing);
  const left = leftovers(picture);
  const actions = [
    ...begun.actions,
    ...going.actions,
    ...left.actions,
    ...prepare(picture, [towards]),
  ];
  return { actions, waits: begun.stuck ?? going.stuck ?? left.waits };
}

/** Is this a place of one of these hosts, where no node is on its way yet? */
function isAwaited(picture: Picture, spot: Spot, hosts: readonly (string | undefined)[]): boolean {
  const own = picture.spots.filter(({ host }) => host.host === spot.host.host);
  const { version } = picture.towards;
  return hosts.includes(spot.host.host) && pendingOf({ ...picture, spots: own }, version) === 0;
}

/**
 * Processes of the other release that are no members: they are on their way out, or have never come in. Where nothing
 * else has happened for long, they are ended.
 */
function leftovers(picture: Picture): Wants {
  const { rollout, settings, quietMs } = picture;
  const spots = strays(picture);
  const waits = spots[0] === undefined ? null : `the process in ${where(spots[0])} has not ended`;
  const actions = spots.flatMap((spot): readonly Action[] => {
    const text = `the process in ${where(spot)} has not ended by itself`;
    const version = spot.place.running?.version ?? '';
    const end = (how: 'drain' | 'kill'): Action => ({
      kind: 'stop',
      ...address(spot),
      version,
      how,
    });
    // asked to leave it was only while a member; one that never was has not been asked
    const started = spot.note?.version === version && version === rollout.release.version;
    if (started && isOverdue(picture, spot)) return [end('kill')];
    const asked = started ? [end('drain')] : [];
    if (quietMs <= settings.startTimeoutMs) return asked;
    const told = tellOnce(picture, text);
    return told.length > 0 ? told : [end('kill')];
  });
  return { actions, waits };
}

function strays({ spots, towards }: Picture): readonly Spot[] {
  return spots.filter(
    ({ member, place }) =>
      member === null && place.running !== null && place.running.version !== towards.version,
  );
}

/** All nodes are of one release, as many as there were, and every host says so; in the end without what cannot be had. */
function isWhole(picture: Picture): boolean {
  const { away, facts, there, rollout, graceMs } = picture;
  if (away.length > 0 || strays(picture).length > 0) return false;
  const startedMs = Math.max(0, ...rollout.starts.map(({ atMs }) => atMs));
  if (facts.nowMs - startedMs <= graceMs + factsMs) return false;
  const isHeard =
    there.every(({ spot }) => spot !== null) &&
    rollout.starts.every((note) => facts.hosts.some(({ host }) => host === note.host));
  if (isHeard && there.length >= rollout.size) return true;
  return there.length > 0 && isOutOfPatience(picture, 10);
}

/** A line of the story, where it is not there yet since the step began. */
export function tellOnce(picture: Picture, text: string): readonly Action[] {
  const { story, step, stepBeganMs } = picture.rollout;
  const isTold = story.some(
    (line) => line.text === text && line.step === step && line.atMs >= stepBeganMs,
  );
  return isTold ? [] : [command(picture, { kind: 'told', text })];
}
