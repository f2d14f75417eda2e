/**
 * What a consensus core knows whatever its role: the log and who votes, the term and the vote, what is
 * committed and on disk, who leads, and what is to be sent. The parts of the core share it; each change
 * that must go together is one method here.
 */
import { strict as assert } from 'node:assert';
import type { NodeId } from '../types/index.js';
import { Outbox } from './effects.js';
import { EntryList } from './entry-list.js';
import type {
  EntryKind,
  HardState,
  LogContent,
  LogEntry,
  SnapshotMeta,
  VoterConfig,
} from './storage/types.js';
import { timing } from './timing.js';
import type { LogMessage } from './types.js';
import { Unsaved } from './unsaved.js';
import { VoterHistory, votes } from './voters.js';

export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader';
export type MessageOf<Kind extends LogMessage['kind']> = Extract<LogMessage, { kind: Kind }>;

export class RaftState {
  readonly log: EntryList;
  readonly voters: VoterHistory;
  readonly unsaved: Unsaved;
  readonly out = new Outbox();
  role: Role = 'follower';
  commitIndex: number;
  deliveredIndex: number;
  snapshot: SnapshotMeta | null;
  /** Not null: the state machine is still to become what this snapshot says. */
  restore: SnapshotMeta | null;
  leader: NodeId | null = null;
  /** Who leads, or led, the present term, also where that one is believed to be gone. */
  leaderOfTerm: NodeId | null = null;
  leaderHeardMs = Number.NEGATIVE_INFINITY;
  /** False while the disk takes nothing: who cannot write must not lead. */
  mayLead = true;
  #term: number;
  #votedFor: NodeId | null;
  #mute: boolean;

  constructor(
    readonly self: NodeId,
    { hardState, entries, snapshot }: LogContent,
  ) {
    this.log = listOf(snapshot, entries);
    this.voters = new VoterHistory(snapshot, entries);
    this.commitIndex = Math.max(hardState.commitIndex, snapshot?.index ?? 0);
    this.deliveredIndex = snapshot?.index ?? 0;
    this.unsaved = new Unsaved(this.log.lastIndex, this.commitIndex);
    this.snapshot = snapshot;
    this.restore = snapshot;
    this.#term = hardState.term;
    this.#votedFor = hardState.votedFor;
    this.#mute = hardState.mute;
  }

  get term(): number {
    return this.#term;
  }

  get votedFor(): NodeId | null {
    return this.#votedFor;
  }

  get mute(): boolean {
    return this.#mute;
  }

  get hardState(): HardState {
    const { commitIndex, term, votedFor, mute } = this;
    return { term, votedFor, commitIndex, mute };
  }

  /** Who votes now. */
  get config(): VoterConfig {
    return this.voters.current.config;
  }

  /** A later term has begun: the vote in it is still free. */
  enterTerm(term: number): void {
    assert(term > this.#term, 'terms only rise');
    this.#term = term;
    this.#votedFor = null;
    this.leaderOfTerm = null;
    this.unsaved.changeHardState();
  }

  vote(candidate: NodeId): void {
    if (this.#votedFor === candidate) return;
    assert.equal(this.#votedFor, null, 'one vote per term');
    this.#votedFor = candidate;
    this.unsaved.changeHardState();
  }

  unmute(): void {
    this.#mute = false;
    this.unsaved.changeHardState();
  }

  /** Appends an entry of this node's own, as the leader. */
  append(kind: EntryKind, data: Uint8Array): LogEntry {
    const entry = { index: this.log.lastIndex + 1, term: this.#term, kind, data };
    this.log.append(entry);
    this.voters.append(entry);
    return entry;
  }

  /** Takes an entry of a leader, in place of what differs. */
  adopt(entry: LogEntry): void {
    if (entry.index <= this.log.base.index) return;
    if (this.log.termAt(entry.index) === entry.term) return;
    if (entry.index <= this.log.lastIndex) {
      assert(entry.index > this.commitIndex, 'what is committed is never replaced');
      this.log.truncateFrom(entry.index);
      this.voters.truncateFrom(entry.index);
      this.unsaved.truncateFrom(entry.index);
    }
    this.log.append(entry);
    this.voters.append(entry);
  }

  /** The log goes on after a snapshot that is not in it. */
  beginAfter(snapshot: SnapshotMeta): void {
    this.log.reset(snapshot);
    this.voters.install(snapshot);
    this.unsaved.install(snapshot);
  }

  /** A voter, or one whose removal is not known to be committed. */
  get mayStand(): boolean {
    if (this.#mute || !this.mayLead) return false;
    const { current, previous } = this.voters;
    if (votes(current.config, this.self)) return true;
    return current.index > this.commitIndex && votes(previous.config, this.self);
  }

  hearsLeader(nowMs: number): boolean {
    const { electionTimeoutMaxMs, learnerSilenceMs } = timing;
    const withinMs = this.mayStand ? electionTimeoutMaxMs : learnerSilenceMs;
    return nowMs - this.leaderHeardMs < withinMs;
  }

  get committedInTerm(): boolean {
    return this.log.termAt(this.commitIndex) === this.#term;
  }

  /** Sends a message that rests on what is in memory: at once, or when that is on disk. */
  sendWhenSaved(message: LogMessage): void {
    if (!this.unsaved.hold(message, this.log.lastIndex)) this.out.send(message);
  }

  reply(to: NodeId, round: number, accepted: boolean, matchIndex: number): LogMessage {
    const { self: from, term, mute } = this;
    return { kind: 'append-reply', from, to, term, round, accepted, matchIndex, mute };
  }

  refuse(to: NodeId, round: number, matchIndex: number): void {
    this.out.send(this.reply(to, round, false, matchIndex));
  }

  accept(to: NodeId, round: number, matchIndex: number): void {
    this.sendWhenSaved(this.reply(to, round, true, matchIndex));
  }

  /** Throws where the state contradicts itself. */
  invariants(): void {
    const { log, unsaved, voters, role } = this;
    assert(this.commitIndex <= log.lastIndex, 'what is committed is in the log');
    assert(this.deliveredIndex <= this.commitIndex, 'only what is committed is delivered');
    assert(log.lastTerm <= this.#term, 'no entry is of a later term');
    assert(unsaved.savedIndex <= log.lastIndex, 'the disk is not ahead');
    const covered = unsaved.installing || log.base.index <= (this.snapshot?.index ?? 0);
    assert(covered, 'a snapshot covers what is gone');
    const { index } = voters.current;
    const [named] = index <= (this.snapshot?.index ?? 0) ? [] : log.range(index, index);
    const isNamed = named === undefined || named.kind === 'voters';
    assert(index <= log.lastIndex && isNamed, 'the voters are those of the log');
    if (role === 'leader') assert.equal(this.#votedFor, this.self, 'a leader chose itself');
    if (this.#mute) assert.equal(role, 'follower', 'who forgot its promises stays silent');
  }
}

/** Entries may begin before the end of the snapshot: then the first one is the base. */
function listOf(snapshot: SnapshotMeta | null, entries: readonly LogEntry[]): EntryList {
  const [first, ...rest] = entries;
  const base = snapshot ?? undefined;
  if (first === undefined) return new EntryList(base);
  if (first.index === 1) return new EntryList(undefined, entries);
  if (first.index === (snapshot?.index ?? 0) + 1) return new EntryList(base, entries);
  return new EntryList(first, rest);
}
