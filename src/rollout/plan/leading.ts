/** The steps until the new release leads the cluster, and the one in which it gives the lead back. */
import { named } from './drains.js';
import { hasFailed, type Picture, pendingOf, where } from './picture.js';
import { starts } from './starts.js';
import { advance, elapsedMs, goBack, isOutOfPatience, prepare, type Wants } from './wants.js';

/** Every host gets both releases; every node must be somebody's to stop. */
export function detected(picture: Picture): Wants {
  const { facts, rollout, living, settings } = picture;
  const releases = [rollout.release, rollout.from];
  const missing = prepare(picture, releases);
  const former = starts(picture, rollout.from.version, rollout.size - living.length);
  const stranger = living.find(({ spot }) => spot === null);
  if (missing.length === 0 && stranger === undefined && facts.hosts.length > 0) {
    return advance(picture, 'starting-canaries', `every host has ${rollout.release.version}`);
  }
  const failure = facts.hosts
    .flatMap(({ host, prepared, failures }) =>
      releases
        .filter(({ version }) => !prepared.includes(version) && failures[version] !== undefined)
        .map(({ version }) => `${host} cannot prepare ${version}: ${failures[version]}`),
    )
    .at(0);
  if (failure !== undefined && elapsedMs(picture) > settings.startTimeoutMs) {
    return goBack(picture, failure);
  }
  const waits =
    failure ??
    (stranger === undefined
      ? `not every host has ${rollout.release.version}`
      : `${named(stranger)} lives in no place that a host tells of`);
  if (isOutOfPatience(picture, 10)) return goBack(picture, waits);
  return { actions: [...former.actions, ...missing], waits };
}

/** Canaries come on top of the nodes there are; of these, who died is started again. */
export function startingCanaries(picture: Picture): Wants {
  const { there, rollout } = picture;
  const { version } = rollout.release;
  const canaries = canariesOf(picture);
  const former = keepFormer(picture);
  const begun = starts(picture, version, canaries - there.length);
  const isFull = begun.stuck !== null && there.length > 0;
  if (there.length >= canaries || isFull) {
    const text = `${there.length} of ${version} beside ${picture.away.length} of ${rollout.from.version}`;
    return advance(picture, 'baking-canaries', text);
  }
  const waits = begun.stuck ?? `not every canary of ${version} is a member`;
  if (isOutOfPatience(picture)) return goBack(picture, waits);
  return { actions: [...former.actions, ...begun.actions, ...preparing(picture)], waits };
}

/** The comparison decides; a canary that dies decides as well. */
export function bakingCanaries(picture: Picture): Wants {
  const { facts, there, rollout, settings, spots } = picture;
  const { version } = rollout.release;
  const former = keepFormer(picture);
  const overdue = starts(picture, version, 0).actions.filter(({ kind }) => kind === 'command');
  if (there.length < canariesOf(picture)) {
    const dead = spots.find((spot) => hasFailed(picture, spot, version));
    if (dead !== undefined) return goBack(picture, `the canary in ${where(dead)} died`);
  }
  const isHeardOf = facts.members.some((member) => member.version === version);
  if (!isHeardOf && pendingOf(picture, version) === 0) {
    return advance(picture, 'starting-canaries', 'the host of the canary is not to be seen');
  }
  const { comparison } = facts;
  if (comparison?.verdict === 'bad') return goBack(picture, comparison.text);
  const actions = [...former.actions, ...overdue, ...preparing(picture)];
  if (there.length === 0) return { actions, waits: 'no canary is a member' };
  const passedMs = elapsedMs(picture);
  if (comparison?.verdict === 'good' && passedMs >= settings.bakeMs) {
    return toHandOver(picture, `the canaries are as good: ${comparison.text}`);
  }
  if (passedMs > 10 * settings.bakeMs) {
    const count = comparison?.new.requests ?? 0;
    const text = `goes on although the canaries have answered only ${count} requests of the ${settings.requestsMin} that were to be compared`;
    return toHandOver(picture, text);
  }
  return { actions, waits: null };
}

/** The oldest new node gets the routing table; when it says that it has it, the new release leads. */
export function handingOver(picture: Picture): Wants {
  const { facts, there, rollout } = picture;
  const { version } = rollout.release;
  const target = there.find(({ member }) => member.id === rollout.target);
  const former = keepFormer(picture);
  const begun = starts(picture, version, 1 - there.length);
  if (target === undefined && there.length > 0) {
    return toHandOver(picture, 'who was to take over is gone, another does');
  }
  const heirs = [facts.heirReady, facts.master];
  if (target !== undefined && heirs.includes(target.member.id)) {
    const text = `${named(target)} has the routing table: ${version} leads`;
    return advance(picture, 'moving', text, { lead: version });
  }
  const waits =
    target === undefined
      ? (begun.stuck ?? `no node of ${version} is a member`)
      : `${named(target)} has not said that it has the routing table`;
  if (isOutOfPatience(picture)) return goBack(picture, waits);
  const told = [...former.actions, ...begun.actions, ...preparing(picture)];
  if (target === undefined) return { actions: told, waits };
  return { actions: [...told, { kind: 'hand-over', to: target.member.id }], waits };
}

/** There and back alike: over when the Master is of the release that leads, and leads the log. */
export function moving(picture: Picture): Wants {
  const { facts, there, living, rollout, towards } = picture;
  const isForward = rollout.step === 'moving';
  const master = there.find(({ member }) => member.id === facts.master);
  if (master !== undefined && facts.leader === facts.master) {
    const text = `${named(master)}, of ${towards.version}, is Master and leads the log`;
    return advance(picture, isForward ? 'draining' : 'replacing-back', text);
  }
  const missing = Math.max(1 - there.length, rollout.size - living.length);
  const begun = starts(picture, towards.version, missing);
  const waits = begun.stuck ?? `no node of ${towards.version} is Master and leads the log yet`;
  if (isForward && isOutOfPatience(picture)) return goBack(picture, waits);
  return { actions: [...begun.actions, ...prepare(picture, [towards])], waits };
}

function toHandOver(picture: Picture, text: string): Wants {
  const [oldest] = picture.there;
  if (oldest === undefined) return { actions: [], waits: 'no new node is alive' };
  return advance(picture, 'handing-over', text, { target: oldest.member.id });
}

function canariesOf({ settings, rollout }: Picture): number {
  return Math.min(settings.canaries, rollout.size);
}

/** Until the lead moves, there are as many of the former release as there were. */
function keepFormer(picture: Picture): Wants {
  const { rollout, away } = picture;
  const begun = starts(picture, rollout.from.version, rollout.size - away.length);
  return { actions: begun.actions, waits: begun.stuck };
}

function preparing(picture: Picture): ReturnType<typeof prepare> {
  return prepare(picture, [picture.rollout.release, picture.rollout.from]);
}
