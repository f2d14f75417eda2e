/**
 * Outside of a rollout, what may be written into the log follows what every member can read: once all have been of
 * releases that read a level for a while.
 */
import { compareVersions, formatLevel, type NodeView } from '../../types/index.js';

/** Each level with the first release that reads it; see `formatLevel`. */
const readSince: readonly (readonly [level: number, version: string])[] = [
  [2, '0.2.0'],
  [3, '0.3.0'],
];
const firstLevel = 1;

/** A member that left and comes back as what it was has been seen by then. */
const steadyMs = 10_000;
/** Whoever founded a cluster was admitted by its third entry, and under another number where it was started anew since. */
const founderJoinedAtMax = 3;

export class FormatWatch {
  #seen: { readonly level: number; readonly sinceMs: number } | null = null;

  /** The level to raise to; null where there is none. */
  look(nowMs: number, members: readonly NodeView[], present: number): number | null {
    const level = Math.min(formatLevel, ...members.map(({ release }) => readBy(release)));
    if (this.#seen?.level !== level) this.#seen = { level, sinceMs: nowMs };
    // a cluster that this release has founded has never had members of an older one
    const hasFounder = members.some(({ joinedAt }) => joinedAt <= founderJoinedAtMax);
    const isSteady = hasFounder || nowMs - this.#seen.sinceMs >= steadyMs;
    return isSteady && members.length > 0 && level > present ? level : null;
  }
}

/** The level that a release is known to read; what is no version reads what all do. */
export function readBy(version: string): number {
  const read = readSince.filter(([, since]) => compareVersions(version, since) >= 0);
  return Math.max(firstLevel, ...read.map(([level]) => level));
}
