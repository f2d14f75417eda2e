/**
 * What must hold in a cluster whatever happens, as one god sees it who remembers everything:
 * one vote and one leader per term; what is committed never changes, is on the disks of a majority when it is first
 * committed, and is in the log of every later leader; logs that agree on an entry agree on all before it;
 * a read sees all that was committed when it was asked; a state from a snapshot is that of the entries.
 */
import { strict as assert } from 'node:assert';
import type { RaftCore } from '../../../src/log/core.js';
import type { LogEntry, LogMessage } from '../../../src/log/index.js';
import type { NodeId } from '../../../src/types/index.js';

export class Checker {
  readonly #leaders = new Map<number, NodeId>();
  /** With the term in which each was committed, not the one in which it was made. */
  readonly #committed: { readonly entry: LogEntry; readonly inTerm: number }[] = [];
  /** The state after so many entries. */
  readonly #states: string[] = [''];
  /** By index and term: the data, and the term of the entry before. */
  readonly #written = new Map<string, { readonly data: string; readonly previousTerm: number }>();
  /** By term and voter; who lost its disk may have voted before. */
  readonly #votes = new Map<string, NodeId>();

  get committedIndex(): number {
    return this.#committed.length;
  }

  termOf(index: number): number {
    return this.#committed[index - 1]?.entry.term ?? 0;
  }

  entriesFrom(from: number, to: number): readonly LogEntry[] {
    return this.#committed.slice(from - 1, to).map(({ entry }) => entry);
  }

  /** A node after a step. */
  node(id: NodeId, core: RaftCore): void {
    core.invariants();
    if (!core.isLeader) return;
    const known = this.#leaders.get(core.term);
    if (known === id) return;
    assert.equal(known, undefined, `term ${core.term} has two leaders`);
    this.#leaders.set(core.term, id);
    const own = new Map(core.entries(1, this.#committed.length).map((each) => [each.index, each]));
    const base = core.status(0).lastIndex - core.entries(1, Number.MAX_SAFE_INTEGER).length;
    for (const { entry, inTerm } of this.#committed) {
      // An election of an earlier term may still end after that commit; such a leader gets nowhere.
      if (inTerm >= core.term || entry.index <= base) continue;
      assert.equal(
        own.get(entry.index)?.term,
        entry.term,
        `a new leader lacks entry ${entry.index}`,
      );
    }
  }

  /** Entries that a node learnt to be committed, while it was in a term. */
  committed(entries: readonly LogEntry[], inTerm: number): void {
    for (const entry of entries) {
      const known = this.#committed[entry.index - 1]?.entry;
      if (known === undefined) {
        assert.equal(entry.index, this.#committed.length + 1, 'commits have no gaps');
        this.#committed.push({ entry, inTerm });
        this.#states.push(nextState(this.#states.at(-1) ?? '', entry));
        continue;
      }
      assert.equal(entry.term, known.term, `the committed entry ${entry.index} changed`);
      assert.equal(text(entry), text(known), `the committed entry ${entry.index} changed`);
    }
  }

  /** The leader counted this entry as committed: each of the sets of voters has it on most disks. */
  durable(
    entry: LogEntry,
    sets: readonly (readonly NodeId[])[],
    onDisk: (id: NodeId, entry: LogEntry) => boolean,
  ): void {
    for (const voters of sets) {
      const holders = voters.filter((id) => onDisk(id, entry)).length;
      assert(holders * 2 > voters.length, `entry ${entry.index} is on no majority of disks`);
    }
  }

  /** The state of a node that has applied everything up to `index`. */
  state(index: number, state: string): void {
    assert.equal(state, this.#states[index], `the state after ${index} is another one`);
  }

  /** Entries that a node puts on its disk, and the term of the entry before them. */
  written(entries: readonly LogEntry[], previousTerm: number | undefined): void {
    let before = previousTerm;
    for (const entry of entries) {
      const key = `${entry.index}/${entry.term}`;
      const known = this.#written.get(key);
      if (known === undefined) {
        if (before !== undefined) {
          this.#written.set(key, { data: text(entry), previousTerm: before });
        }
      } else {
        assert.equal(text(entry), known.data, `two entries ${key}`);
        assert.equal(before ?? known.previousTerm, known.previousTerm, `logs differ before ${key}`);
      }
      before = entry.term;
    }
  }

  /** A message that left a node: a vote for somebody, or for itself, is given once per term. */
  sent(message: LogMessage): void {
    const { kind, from, to, term } = message;
    const asks = kind === 'vote-request' && !message.preVote;
    const grants = kind === 'vote-reply' && !message.preVote && message.granted;
    if (!asks && !grants) return;
    const chosen = asks ? from : to;
    const known = this.#votes.get(`${term} ${from}`);
    assert(known === undefined || known === chosen, `two votes in term ${term}`);
    this.#votes.set(`${term} ${from}`, chosen);
  }

  read(askedAt: number, answeredAt: number): void {
    assert(answeredAt >= askedAt, `a read saw ${answeredAt} where ${askedAt} was committed`);
  }
}

/** A state that shows everything that was ever applied, in its order. */
export function nextState(state: string, entry: LogEntry): string {
  let hash = 2166136261;
  const bytes = `${state} ${entry.index} ${entry.term} ${text(entry)}`;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes.charCodeAt(at), 16777619);
  return (hash >>> 0).toString(36);
}

function text(entry: LogEntry): string {
  return `${entry.kind} ${Buffer.from(entry.data).toString('latin1')}`;
}
