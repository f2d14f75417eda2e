/** Which nodes are asked to leave: youngest first, never so many that capacity, the quorum or a host would be lost. */
import type { Action } from '../types.js';
import { type Living, type Picture, where } from './picture.js';
import { address, isLastOfHost } from './starts.js';

export interface Drains {
  readonly drained: readonly Living[];
  /** Those that could go if their host had another node. */
  readonly lastOfHost: readonly Living[];
  /** Why the next one cannot go, where none goes. */
  readonly stuck: string | null;
}

/** Nodes to take away at a time, at least one. */
export function batchOf({ rollout, settings }: Picture): number {
  return Math.max(1, Math.floor(rollout.size * settings.batchShare));
}

export function drains(picture: Picture, candidates: readonly Living[]): Drains {
  const { rollout, living } = picture;
  const youngestFirst = candidates.toSorted((a, b) => b.member.joinedAt - a.member.joinedAt);
  const blocked = youngestFirst.map((one) => ({ one, why: blockOf(picture, one) }));
  const lastOfHost = blocked.filter(({ why }) => why === 'last-of-host').map(({ one }) => one);
  const first = blocked[0];
  const spare = living.length - rollout.size;
  if (first === undefined) return { drained: [], lastOfHost, stuck: null };
  if (spare <= 0) {
    const stuck = `only ${living.length} nodes are alive, and ${rollout.size} are needed`;
    return { drained: [], lastOfHost, stuck };
  }
  const drained = withoutHarm(
    picture,
    blocked.filter(({ why }) => why === null).map(({ one }) => one),
    Math.min(spare, batchOf(picture)),
  );
  const why = first.why === 'last-of-host' ? 'it is the last node of its host' : first.why;
  const stuck = drained.length > 0 ? null : `${named(first.one)} cannot go yet: ${why}`;
  return { drained, lastOfHost, stuck };
}

export function stop({ member, spot }: Living, how: 'drain' | 'kill'): readonly Action[] {
  if (spot === null) return [];
  return [{ kind: 'stop', ...address(spot), version: member.version, how }];
}

export function named({ member, spot }: Living): string {
  return spot === null ? `the node at ${member.http}` : `the node in ${where(spot)}`;
}

/** At most one voter at a time, and never all of a host. */
function withoutHarm(
  { living }: Picture,
  candidates: readonly Living[],
  max: number,
): readonly Living[] {
  const chosen: Living[] = [];
  for (const one of candidates) {
    if (chosen.length === max) break;
    if (one.member.isVoter && chosen.some(({ member }) => member.isVoter)) continue;
    const isHere = ({ spot }: Living): boolean => spot?.host.host === one.spot?.host.host;
    if (living.filter(isHere).length - chosen.filter(isHere).length <= 1) continue;
    chosen.push(one);
  }
  return chosen;
}

/** Why a node cannot go now; null where it can. */
function blockOf(picture: Picture, one: Living): string | null {
  const { facts } = picture;
  const { member, spot } = one;
  if (spot === null) return 'no host tells of its place';
  if (spot.place.running?.version !== member.version) return 'another process runs in its place';
  if (member.id === facts.master) return 'it is the Master';
  if (member.id === facts.leader) return 'it leads the log';
  if (member.isVoter && facts.votersAlive < facts.voters) return 'not all voters are alive';
  if (member.isVoter && facts.voters < 3) return 'the log cannot lose a voter';
  return isLastOfHost(picture, one) ? 'last-of-host' : null;
}
