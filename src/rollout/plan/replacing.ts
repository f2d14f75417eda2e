/** The steps in which nodes of one release are replaced by those of the other, in either direction. */
import type { Action } from '../types.js';
import { batchOf, drains, named, stop } from './drains.js';
import { type Living, type Picture, pendingOf, type Spot, where } from './picture.js';
import { address, command, starts } from './starts.js';
import { advance, elapsedMs, isOutOfPatience, prepare, type Wants } from './wants.js';

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
  const { rollout, settings } = picture;
  const rest = replace(picture, picture.away);
  const isWatched = elapsedMs(picture) >= settings.bakeMs;
  if (isWatched && isWhole(picture)) {
    return advance(picture, 'finalised', `${rollout.release.version} is what the cluster runs`);
  }
  return { ...rest, waits: isWatched ? rest.waits : null };
}

export function replacingBack(picture: Picture): Wants {
  const { rollout } = picture;
  if (isWhole(picture)) {
    return advance(picture, 'rolled-back', `${rollout.from.version} is what the cluster runs`);
  }
  return replace(picture, picture.away);
}

/** A node is started first, then one can go; `candidates` are those that may go now. */
function replace(picture: Picture, candidates: readonly Living[]): Wants {
  const { away, living, there, rollout, towards } = picture;
  const { version } = towards;
  const going = drains(picture, candidates);
  const extra = Math.min(batchOf(picture), away.length);
  const missing = Math.max(1 - there.length, rollout.size + extra - living.length);
  const hosts = going.lastOfHost.map(({ spot }) => spot?.host.host);
  const isStuckOnHosts = going.drained.length === 0 && hosts.length > 0 && missing === 0;
  const begun = isStuckOnHosts
    ? starts(picture, version, pendingOf(picture, version) + 1, (spot) =>
        isAwaited(picture, spot, hosts),
      )
    : starts(picture, version, missing);
  const left = leftovers(picture);
  const told = going.drained.map((one) =>
    tellOnce(picture, `${named(one)}, of ${one.member.version}, is asked to leave`),
  );
  const actions = [
    ...begun.actions,
    ...told.flat(),
    ...going.drained.flatMap((one) => stop(one, 'drain')),
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
    const started = spot.note?.version === version && version === rollout.release.version;
    // asked to leave it was only while a member; one that never was has not been asked
    const asked: Action[] = started
      ? [{ kind: 'stop', ...address(spot), version, how: 'drain' }]
      : [];
    if (quietMs <= settings.startTimeoutMs) return asked;
    const told = tellOnce(picture, text);
    return told.length > 0 ? told : [{ kind: 'stop', ...address(spot), version, how: 'kill' }];
  });
  return { actions, waits };
}

function strays({ spots, towards }: Picture): readonly Spot[] {
  return spots.filter(
    ({ member, place }) =>
      member === null && place.running !== null && place.running.version !== towards.version,
  );
}

/** All nodes are of one release and as many as there were; in the end without those that cannot be started. */
function isWhole(picture: Picture): boolean {
  const { away, there, rollout } = picture;
  if (away.length > 0 || strays(picture).length > 0) return false;
  return there.length >= rollout.size || (there.length > 0 && isOutOfPatience(picture, 10));
}

/** A line of the story, where it is not there yet since the step began. */
export function tellOnce(picture: Picture, text: string): readonly Action[] {
  const { story, step, stepBeganMs } = picture.rollout;
  const isTold = story.some(
    (line) => line.text === text && line.step === step && line.atMs >= stepBeganMs,
  );
  return isTold ? [] : [command(picture, { kind: 'told', text })];
}
