/**
 * Who votes is itself written in the log, and counts from the moment it is appended: the latest
 * `voters` entry rules, and when that entry is truncated the one before it rules again. A change goes
 * through an entry that names both sets, and whatever is decided while that one rules needs a majority
 * of each (joint consensus, Raft thesis 4.3): so any set can follow any other in one step.
 */
import { HearthError, type NodeId, nodeId } from '../types/index.js';
import type { LogEntry, SnapshotMeta, VoterConfig } from './storage/types.js';

export interface VoterSet {
  /** Index of the entry that says so, or of the snapshot that did; 0 where nothing does. */
  readonly index: number;
  readonly config: VoterConfig;
}

export const nobodyVotes: VoterConfig = { voters: [], outgoing: [] };

/** The data of a `voters` entry. */
export function encodeVoters({ voters, outgoing }: VoterConfig): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ voters, outgoing }));
}

/** Inverse of encodeVoters. Throws `invalid-parameter` where the data is not two lists of distinct ids. */
export function decodeVoters(data: Uint8Array): VoterConfig {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
    const { voters, outgoing } = parsed as Record<keyof VoterConfig, unknown>;
    const config = { voters: toIds(voters), outgoing: toIds(outgoing) };
    if (config.voters.length === 0) throw new TypeError('nobody votes');
    return config;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : 'unreadable';
    throw new HearthError(
      'invalid-parameter',
      `The voters entry is wrong (${reason}); write JSON with the lists "voters" and "outgoing" of distinct node ids.`,
    );
  }
}

/** Everybody who votes, each once. */
export function everyVoter({ voters, outgoing }: VoterConfig): readonly NodeId[] {
  return outgoing.length === 0 ? voters : [...new Set([...voters, ...outgoing])];
}

export function votes({ voters, outgoing }: VoterConfig, id: NodeId): boolean {
  return voters.includes(id) || outgoing.includes(id);
}

/** Whether two sets between which a change is under way are named. */
export function isJoint({ outgoing }: VoterConfig): boolean {
  return outgoing.length > 0;
}

/** The largest value that a majority (of each set) has reached; -Infinity where nobody votes. */
export function majorityValue(config: VoterConfig, reached: (voter: NodeId) => number): number {
  const ofVoters = reachedBy(config.voters, reached);
  return isJoint(config) ? Math.min(ofVoters, reachedBy(config.outgoing, reached)) : ofVoters;
}

/** Whether a majority (of each set) is among those for whom `says` is true. */
export function majoritySays(config: VoterConfig, says: (voter: NodeId) => boolean): boolean {
  return majorityValue(config, (voter) => (says(voter) ? 1 : 0)) === 1;
}

function reachedBy(voters: readonly NodeId[], reached: (voter: NodeId) => number): number {
  const falling = voters.map(reached).sort((a, b) => b - a);
  return falling[Math.floor(voters.length / 2)] ?? Number.NEGATIVE_INFINITY;
}

function toIds(value: unknown): readonly NodeId[] {
  if (!Array.isArray(value)) throw new TypeError('not a list');
  const ids = value.map((id: unknown) => nodeId(String(id)));
  if (new Set(ids).size !== ids.length) throw new TypeError('an id is there twice');
  return ids;
}

export class VoterHistory {
  #sets: VoterSet[] = [];

  constructor(snapshot: SnapshotMeta | null, entries: readonly LogEntry[] = []) {
    if (snapshot !== null) this.#sets.push({ index: snapshot.index, config: snapshot.config });
    for (const entry of entries) this.append(entry);
  }

  get current(): VoterSet {
    return this.#sets.at(-1) ?? { index: 0, config: nobodyVotes };
  }

  /** Who voted before the current set was written. */
  get previous(): VoterSet {
    return this.#sets.at(-2) ?? { index: 0, config: nobodyVotes };
  }

  /** Who voted as of the entry at `index`. */
  at(index: number): VoterConfig {
    return this.#sets.findLast((set) => set.index <= index)?.config ?? nobodyVotes;
  }

  append(entry: LogEntry): void {
    if (entry.kind !== 'voters' || entry.index <= this.current.index) return;
    this.#sets.push({ index: entry.index, config: decodeVoters(entry.data) });
  }

  truncateFrom(index: number): void {
    while (this.current.index >= index && this.#sets.length > 0) this.#sets.pop();
  }

  /** The log goes on after a snapshot: what it says rules. */
  install(meta: SnapshotMeta): void {
    this.#sets = [{ index: meta.index, config: meta.config }];
  }

  /** Forgets what ruled before `index`, all of it committed. */
  compact(index: number): void {
    const ruling = this.#sets.findLastIndex((set) => set.index <= index);
    if (ruling > 0) this.#sets = this.#sets.slice(ruling);
  }
}
