/**
 * Who votes is itself written in the log, and counts from the moment it is appended: the latest
 * `voters` entry rules, and when that entry is truncated the one before it rules again.
 */
import { HearthError, type NodeId, nodeId } from '../types/index.js';
import type { LogEntry } from './types.js';

export interface VoterSet {
  /** Index of the entry that says so; 0 where no entry does. */
  readonly index: number;
  readonly voters: readonly NodeId[];
}

const nobody: VoterSet = { index: 0, voters: [] };

/** The data of a `voters` entry. */
export function encodeVoters(voters: readonly NodeId[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(voters));
}

/** Inverse of encodeVoters. Throws `invalid-parameter` where the data is not a list of distinct ids. */
export function decodeVoters(data: Uint8Array): readonly NodeId[] {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
    if (!Array.isArray(parsed) || parsed.length === 0) throw new TypeError('not a list');
    const voters = parsed.map((id: unknown) => nodeId(String(id)));
    if (new Set(voters).size !== voters.length) throw new TypeError('an id is there twice');
    return voters;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : 'unreadable';
    throw new HearthError(
      'invalid-parameter',
      `The voters entry is wrong (${reason}); write a JSON array of one or more distinct node ids.`,
    );
  }
}

/** How many of `voters` make a majority. */
export function majority(voters: readonly NodeId[]): number {
  return Math.floor(voters.length / 2) + 1;
}

/** The largest value that a majority of the voters has reached; 0 where nobody votes. */
export function majorityValue(
  voters: readonly NodeId[],
  reached: (voter: NodeId) => number,
): number {
  const falling = voters.map(reached).sort((a, b) => b - a);
  return falling[majority(voters) - 1] ?? 0;
}

/**
 * Who is added by a proposed `voters` entry, null where nobody is. An error where the data is wrong or
 * changes more than one voter: only then does every old majority share a node with every new one.
 */
export function addedVoter(
  current: readonly NodeId[],
  data: Uint8Array,
): NodeId | null | HearthError {
  let proposed: readonly NodeId[];
  try {
    proposed = decodeVoters(data);
  } catch (thrown) {
    if (thrown instanceof HearthError) return thrown;
    throw thrown;
  }
  const added = proposed.filter((id) => !current.includes(id));
  const removed = current.filter((id) => !proposed.includes(id));
  if (added.length + removed.length <= 1) return added[0] ?? null;
  return new HearthError(
    'invalid-parameter',
    `The proposal adds ${added.length} voters and removes ${removed.length}; change one at a time.`,
  );
}

export class VoterHistory {
  readonly #sets: VoterSet[] = [];

  constructor(entries: readonly LogEntry[] = []) {
    for (const entry of entries) this.append(entry);
  }

  get current(): VoterSet {
    return this.#sets.at(-1) ?? nobody;
  }

  /** Who voted before the current set was written. */
  get previous(): VoterSet {
    return this.#sets.at(-2) ?? nobody;
  }

  append(entry: LogEntry): void {
    if (entry.kind !== 'voters') return;
    this.#sets.push({ index: entry.index, voters: decodeVoters(entry.data) });
  }

  truncateFrom(index: number): void {
    while (this.current.index >= index) this.#sets.pop();
  }
}
