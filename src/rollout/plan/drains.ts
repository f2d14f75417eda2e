/** Which nodes are asked to leave: youngest first, never so many that capacity, the quorum or a host would be lost. */
import type { Action } from '../types.js';
import { isLastOfHost, type Living, type Picture, where } from './picture.js';
import { address, command } from './starts.js';

const lastNode = 'it is the last node of its host';

export interface Drains {
  readonly actions: readonly Action[];
  /** Those that could go if their host had another node. */
  readonly lastOfHost: readonly Living[];
  /** Why the next one cannot go, where none goes. */
  readonly stuck: string | null;
}

/** Nodes to take away at a time, at least one. */
export function batchOf({ rollout, settings }: Picture): number {
  return Math.max(1, Math.floor(rollout.size * settings.batchShare));
}

/** Who is to leave is told first, as starts are: whoever is told is asked at every look from then on. */
export function drains(picture: Picture, candidates: readonly Living[]): Drains {
  const { rollout, living, leaving } = picture;
  const asked = judged(picture, leaving);
  const rest = judged(
    picture,
    candidates.filter((one) => !leaving.includes(one)),
  );
  const lastOfHost = [...asked, ...rest]
    .filter(({ why }) => why === lastNode)
    .map(({ one }) => one);
  const staying = living.length - leaving.length;
  // who dies meanwhile is made up for first
  const again = staying < rollout.size ? [] : asked.filter(({ why }) => why === null);
  const none = {
    actions: again.flatMap(({ one }) => drain(one)),
    lastOfHost,
    stuck: stuckOf(asked),
  };
  if (rest.length === 0 || leaving.length >= batchOf(picture)) return none;
  if (staying <= rollout.size) {
    return { ...none, stuck: `no more than ${rollout.size} nodes are alive, which are needed` };
  }
  const next = rest.find(({ why }) => why === null)?.one;
  if (next === undefined) return { ...none, stuck: none.stuck ?? stuckOf(rest) };
  const text = `${named(next)}, of ${next.member.version}, is asked to leave`;
  const told = command(picture, { kind: 'told', text, leaves: next.member.id });
  return { ...none, actions: [told], stuck: null };
}

interface Judged {
  readonly one: Living;
  /** Why it cannot go now; null where it can. */
  readonly why: string | null;
}

function stuckOf(nodes: readonly Judged[]): string | null {
  const held = nodes.find(({ why }) => why !== null);
  return held === undefined ? null : `${named(held.one)} cannot go yet: ${held.why}`;
}

/** The youngest first. */
function judged(picture: Picture, nodes: readonly Living[]): readonly Judged[] {
  return nodes
    .toSorted((a, b) => b.member.joinedAt - a.member.joinedAt)
    .map((one) => ({ one, why: blockOf(picture, one) }));
}

function drain({ member, spot }: Living): readonly Action[] {
  if (spot === null) return [];
  return [{ kind: 'stop', ...address(spot), version: member.version, how: 'drain' }];
}

export function named({ member, spot }: Living): string {
  return spot === null ? `the node at ${member.http}` : `the node in ${where(spot)}`;
}

/** Why a node cannot go now; null where it can. */
function blockOf(picture: Picture, one: Living): string | null {
  const { facts, leaving } = picture;
  const { member, spot } = one;
  if (spot === null) return 'no host tells of its place';
  if (spot.place.running?.version !== member.version) return 'another process runs in its place';
  if (member.id === facts.master) return 'it is the Master';
  if (member.id === facts.leader) return 'it leads the log';
  if (member.isVoter) {
    if (facts.votersAlive < facts.voters) return 'not all voters are alive';
    if (facts.voters < 3) return 'the log cannot lose a voter';
    const isBefore = (other: Living): boolean =>
      !leaving.includes(one) || other.member.joinedAt > member.joinedAt;
    const isOther = leaving.some(
      (other) => other !== one && other.member.isVoter && isBefore(other),
    );
    if (isOther) return 'another voter is leaving';
  }
  return isLastOfHost(picture, one) ? lastNode : null;
}
