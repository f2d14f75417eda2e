/**
 * The consensus core: Raft as a pure state machine, in the manner of etcd-io/raft. Messages, ticks and
 * proposals go in with the time; what is to be done comes out as data. The owner
 *   1 calls one input (`step`, `tick`, `propose`, `beginRead`, `setLearners`, `written`),
 *   2 performs `takeEffects()`,
 *   3 whenever no write is under way, puts `takeWrite()` on disk and then calls `written`.
 *
 * Elections are tried out first (pre-vote), a node that hears a leader lets nobody else try, and a
 * leader that hears no majority steps down: a node with a bad link disturbs nobody.
 *
 * A learner (not among the voters of its own log) never stands for election, but it does vote when
 * asked. It must: it may have been made a voter by an entry that has not reached it, and the candidate
 * that knows may need its vote to ever be elected. This is safe, for a vote counts only with a candidate
 * whose log names the voter, and every node keeps one vote per term on disk.
 *
 * For the same reason a voter that reads of its own removal still stands for election until the removal
 * is committed: it may be the only one whose log is long enough (thesis, 4.2.2).
 *
 * Source: Ongaro, "Consensus: Bridging Theory and Practice" (2014), chapters 3, 4 and 6; etcd-io/raft.
 */
import { strict as assert } from 'node:assert';
import type { Random } from '../lib/index.js';
import { HearthError, limits, type NodeId } from '../types/index.js';
import { EntryList } from './entry-list.js';
import { Leadership } from './leadership.js';
import type { LogContent, LogWrite } from './storage.js';
import { timing } from './timing.js';
import type { EntryKind, LogEntry, LogMessage, LogStatus } from './types.js';
import { Unsaved } from './unsaved.js';
import { addedVoter, majority, VoterHistory } from './voters.js';

/** What the owner of the core is to do. */
export interface Effects {
  /** To send now, in this order. */
  readonly messages: readonly LogMessage[];
  /** Newly committed, in order, each once. */
  readonly committed: readonly LogEntry[];
  /** Ids from `beginRead` that are confirmed: the present commit index answers them. */
  readonly reads: readonly number[];
}

type State = 'follower' | 'pre-candidate' | 'candidate' | 'leader';
type MessageOf<Kind extends LogMessage['kind']> = Extract<LogMessage, { kind: Kind }>;

export class RaftCore {
  readonly #self: NodeId;
  readonly #log: EntryList;
  readonly #voters: VoterHistory;
  readonly #unsaved: Unsaved;
  #state: State = 'follower';
  #term: number;
  #votedFor: NodeId | null;
  #commitIndex: number;
  #deliveredIndex = 0;
  #leader: NodeId | null = null;
  #leadership: Leadership | null = null;
  #learners: readonly NodeId[] = [];
  #votes = new Map<NodeId, boolean>();
  #messages: LogMessage[] = [];
  #leaderHeardMs = 0;
  #electionMs = 0;
  #lastInputMs: number;
  #rearmed = false;

  constructor(
    private readonly random: Random,
    options: { readonly self: NodeId; readonly content: LogContent; readonly nowMs: number },
  ) {
    const { hardState, entries } = options.content;
    this.#self = options.self;
    this.#log = new EntryList(entries);
    this.#voters = new VoterHistory(entries);
    this.#unsaved = new Unsaved(this.#log.lastIndex, hardState.commitIndex);
    this.#term = hardState.term;
    this.#votedFor = hardState.votedFor;
    this.#commitIndex = hardState.commitIndex;
    this.#lastInputMs = options.nowMs;
    this.#resetElection(options.nowMs);
    this.invariants();
  }

  get term(): number {
    return this.#term;
  }

  get isLeader(): boolean {
    return this.#leadership !== null;
  }

  get commitIndex(): number {
    return this.#commitIndex;
  }

  /** The commit index moved since it was last written. */
  get commitUnsaved(): boolean {
    return this.#commitIndex > this.#unsaved.savedCommitIndex;
  }

  status(nowMs: number): LogStatus {
    const { voters } = this.#voters.current;
    return {
      state: this.#publicState(),
      term: this.#term,
      leader: this.#leader,
      voters,
      lastIndex: this.#log.lastIndex,
      commitIndex: this.#commitIndex,
      quorum:
        this.#leadership?.hasQuorum(nowMs) ??
        (this.#leader !== null && this.#hearsLeader(nowMs, timing.electionTimeoutMaxMs)),
    };
  }

  /** The entries from `from` to `to`, both included: for checkers. */
  entries(from: number, to: number): readonly LogEntry[] {
    return this.#log.range(from, to);
  }

  takeEffects(): Effects {
    const reads = this.#committedInTerm() ? (this.#leadership?.confirmedReads() ?? []) : [];
    const messages = this.#messages;
    this.#messages = [];
    const committed = this.#log.range(this.#deliveredIndex + 1, this.#commitIndex);
    this.#deliveredIndex = this.#commitIndex;
    return { messages, committed, reads };
  }

  /** What to put on disk now, or null; `force` writes also when only the commit index moved. */
  takeWrite(force = false): LogWrite | null {
    const hardState = {
      term: this.#term,
      votedFor: this.#votedFor,
      commitIndex: this.#commitIndex,
    };
    return this.#unsaved.take(this.#log, hardState, force);
  }

  /** The write that was taken is on disk. */
  written(nowMs: number): void {
    this.#observe(nowMs);
    this.#messages.push(...this.#unsaved.written());
    if (this.#state === 'candidate' && this.#unsaved.hardStateSaved) {
      this.#votes.set(this.#self, true);
      this.#countVotes(nowMs);
    }
    this.#advanceCommit(nowMs);
  }

  tick(nowMs: number): void {
    this.#observe(nowMs);
    if (this.#leadership !== null) {
      if (this.#leadership.hasQuorum(nowMs)) this.#leadership.tick(nowMs);
      else this.#becomeFollower(this.#term, null, nowMs);
      return;
    }
    if (!this.#mayStand()) {
      if (!this.#hearsLeader(nowMs, timing.electionTimeoutMaxMs)) this.#leader = null;
      return;
    }
    const { index, voters } = this.#voters.current;
    const alone = this.#isVoter() && voters.length === 1;
    if (alone && this.#state === 'candidate') return;
    // The only voter asks nobody, unless a leader is still about to make it the only one.
    const atOnce = alone && (this.#leader === null || index <= this.#commitIndex);
    if (!atOnce && nowMs < this.#electionMs) return;
    if (alone) this.#campaign(nowMs);
    else this.#preCampaign(nowMs);
  }

  step(message: LogMessage, nowMs: number): void {
    if (message.to !== this.#self || message.from === this.#self) return;
    this.#observe(nowMs);
    if (message.kind === 'vote-request') {
      this.#onVoteRequest(message, nowMs);
      return;
    }
    const echo = message.kind === 'vote-reply' && message.preVote && message.granted;
    if (message.term > this.#term && !echo) this.#becomeFollower(message.term, null, nowMs);
    if (message.kind === 'append-request') this.#onAppendRequest(message, nowMs);
    else if (message.term === this.#term) {
      if (message.kind === 'vote-reply') this.#onVoteReply(message, nowMs);
      else this.#onAppendReply(message, nowMs);
    }
  }

  /** Appends on the leader; returns the entry's index, or why it was refused. */
  propose(kind: EntryKind, data: Uint8Array, nowMs: number): number | HearthError {
    this.#observe(nowMs);
    if (this.#leadership === null) return notLeader();
    if (data.length > limits.logEntryBytesMax) {
      return new HearthError(
        'request-too-large',
        `A log entry of ${data.length} bytes is over the limit of ${limits.logEntryBytesMax}; send less.`,
      );
    }
    if (kind === 'voters') {
      const refusal = this.#refuseVoters(this.#leadership, data, nowMs);
      if (refusal !== null) return refusal;
    }
    const index = this.#appendOwn(this.#leadership, kind, data, nowMs);
    this.#advanceCommit(nowMs);
    return index;
  }

  /** Leader: begins a linearizable read; its id comes back in the effects. */
  beginRead(nowMs: number): number | HearthError {
    this.#observe(nowMs);
    return this.#leadership?.beginRead() ?? notLeader();
  }

  setLearners(learners: readonly NodeId[], nowMs: number): void {
    this.#learners = learners;
    this.#leadership?.follow(this.#followers(), nowMs);
  }

  /** Throws where the state contradicts itself: called by the simulator after every step. */
  invariants(): void {
    assert(this.#commitIndex <= this.#log.lastIndex, 'what is committed is in the log');
    assert(this.#deliveredIndex <= this.#commitIndex, 'only what is committed is delivered');
    assert(this.#log.lastTerm <= this.#term, 'no entry is of a later term');
    assert(this.#unsaved.savedIndex <= this.#log.lastIndex, 'the disk is not ahead');
    const { index } = this.#voters.current;
    const named = this.#log.range(index, index)[0]?.kind ?? 'voters';
    assert(index <= this.#log.lastIndex && named === 'voters', 'the voters are those of the log');
    assert.equal(this.#state === 'leader', this.#leadership !== null, 'only a leader leads');
    if (this.#state === 'leader') assert.equal(this.#votedFor, this.#self, 'a leader chose itself');
  }

  // ------------------------------------------------------------------ elections

  #preCampaign(nowMs: number): void {
    this.#state = 'pre-candidate';
    this.#leader = null;
    this.#votes = new Map([[this.#self, true]]);
    this.#resetElection(nowMs);
    this.#askForVotes(true);
  }

  #campaign(nowMs: number): void {
    this.#state = 'candidate';
    this.#leader = null;
    this.#term++;
    this.#votedFor = this.#self;
    this.#unsaved.changeHardState();
    this.#votes = new Map();
    this.#resetElection(nowMs);
    this.#askForVotes(false);
  }

  #askForVotes(preVote: boolean): void {
    for (const to of this.#voters.current.voters) {
      if (to === this.#self) continue;
      const request: LogMessage = {
        kind: 'vote-request',
        from: this.#self,
        to,
        term: this.#term,
        lastIndex: this.#log.lastIndex,
        lastTerm: this.#log.lastTerm,
        preVote,
      };
      if (preVote) this.#messages.push(request);
      else this.#sendWhenSaved(request);
    }
  }

  #onVoteRequest(request: MessageOf<'vote-request'>, nowMs: number): void {
    // With a live leader nobody else is wanted, whatever its term.
    if (this.#leadership !== null) return;
    if (this.#leader !== null && this.#hearsLeader(nowMs, timing.electionTimeoutMinMs)) return;
    const { preVote, from: to, lastIndex, lastTerm } = request;
    const upToDate =
      lastTerm > this.#log.lastTerm ||
      (lastTerm === this.#log.lastTerm && lastIndex >= this.#log.lastIndex);
    const reply = { kind: 'vote-reply', from: this.#self, to, preVote } as const;
    if (preVote) {
      const granted = upToDate && request.term >= this.#term;
      const term = granted ? request.term : this.#term;
      this.#messages.push({ ...reply, term, granted });
      return;
    }
    if (request.term > this.#term) this.#becomeFollower(request.term, null, nowMs);
    const free = this.#votedFor === null || this.#votedFor === to;
    const granted = upToDate && free && request.term === this.#term;
    if (!granted) {
      this.#messages.push({ ...reply, term: this.#term, granted });
      return;
    }
    if (this.#votedFor === null) {
      this.#votedFor = to;
      this.#unsaved.changeHardState();
    }
    this.#resetElection(nowMs);
    this.#sendWhenSaved({ ...reply, term: this.#term, granted });
  }

  #onVoteReply(reply: MessageOf<'vote-reply'>, nowMs: number): void {
    if (this.#state !== (reply.preVote ? 'pre-candidate' : 'candidate')) return;
    this.#votes.set(reply.from, reply.granted);
    this.#countVotes(nowMs);
  }

  #countVotes(nowMs: number): void {
    const { voters } = this.#voters.current;
    const needed = majority(voters);
    if (voters.filter((id) => this.#votes.get(id) === true).length >= needed) {
      if (this.#state === 'pre-candidate') this.#campaign(nowMs);
      else this.#becomeLeader(nowMs);
    } else if (voters.filter((id) => this.#votes.get(id) === false).length >= needed) {
      this.#becomeFollower(this.#term, null, nowMs);
    }
  }

  #becomeLeader(nowMs: number): void {
    this.#state = 'leader';
    this.#leader = this.#self;
    const view = {
      self: this.#self,
      term: this.#term,
      log: this.#log,
      commitIndex: () => this.#commitIndex,
      voters: () => this.#voters.current.voters,
      savedIndex: () => this.#unsaved.savedIndex,
      send: (message: LogMessage) => void this.#messages.push(message),
    };
    this.#leadership = new Leadership(view, nowMs);
    this.#appendOwn(this.#leadership, 'noop', new Uint8Array(), nowMs);
    this.#leadership.follow(this.#followers(), nowMs);
  }

  #becomeFollower(term: number, leader: NodeId | null, nowMs: number): void {
    if (term > this.#term) {
      this.#term = term;
      this.#votedFor = null;
      this.#unsaved.changeHardState();
    }
    this.#state = 'follower';
    this.#leadership = null;
    this.#leader = leader;
    this.#resetElection(nowMs);
  }

  // ------------------------------------------------------------------ replication

  #onAppendRequest(request: MessageOf<'append-request'>, nowMs: number): void {
    const { from, previousIndex, previousTerm, entries, round } = request;
    const reply = {
      kind: 'append-reply',
      from: this.#self,
      to: from,
      term: this.#term,
      round,
    } as const;
    if (request.term < this.#term) {
      // So that a leader of the past, or one that this node left behind, learns the term.
      this.#messages.push({ ...reply, accepted: false, matchIndex: this.#log.lastIndex });
      return;
    }
    assert(this.#leadership === null, 'a term has one leader');
    this.#becomeFollower(request.term, from, nowMs);
    this.#leaderHeardMs = nowMs;
    if (this.#log.termAt(previousIndex) !== previousTerm) {
      const matchIndex = this.#log.backOff(previousIndex, previousTerm);
      this.#messages.push({ ...reply, accepted: false, matchIndex });
      return;
    }
    for (const entry of entries) this.#appendForeign(entry);
    const verified = previousIndex + entries.length;
    this.#commitIndex = Math.max(this.#commitIndex, Math.min(request.commitIndex, verified));
    if (entries.length === 0 && this.#unsaved.hardStateSaved) {
      const matchIndex = Math.min(verified, this.#unsaved.savedIndex);
      this.#messages.push({ ...reply, accepted: true, matchIndex });
    } else this.#sendWhenSaved({ ...reply, accepted: true, matchIndex: verified });
  }

  #appendForeign(entry: LogEntry): void {
    if (this.#log.termAt(entry.index) === entry.term) return;
    if (entry.index <= this.#log.lastIndex) {
      assert(entry.index > this.#commitIndex, 'what is committed is never replaced');
      this.#log.truncateFrom(entry.index);
      this.#voters.truncateFrom(entry.index);
      this.#unsaved.truncateFrom(entry.index);
    }
    this.#log.append(entry);
    this.#voters.append(entry);
  }

  #appendOwn(leadership: Leadership, kind: EntryKind, data: Uint8Array, nowMs: number): number {
    const entry = { index: this.#log.lastIndex + 1, term: this.#term, kind, data };
    this.#log.append(entry);
    this.#voters.append(entry);
    if (kind === 'voters') leadership.follow(this.#followers(), nowMs);
    leadership.sendNews();
    return entry.index;
  }

  #onAppendReply(reply: MessageOf<'append-reply'>, nowMs: number): void {
    const leadership = this.#leadership;
    if (leadership === null) return;
    this.#rearmed = false;
    leadership.onReply(reply, nowMs);
    this.#advanceCommit(nowMs);
    leadership.sendNewsTo(reply.from);
  }

  /** Counts only entries of the own term; earlier ones are committed with them (thesis, 3.6.2). */
  #advanceCommit(nowMs: number): void {
    if (this.#leadership === null) return;
    const index = this.#leadership.majorityMatch();
    if (index <= this.#commitIndex || this.#log.termAt(index) !== this.#term) return;
    this.#commitIndex = index;
    this.#leadership.sendNews();
    const { current } = this.#voters;
    if (current.index <= index && !this.#isVoter()) this.#becomeFollower(this.#term, null, nowMs);
  }

  #refuseVoters(leadership: Leadership, data: Uint8Array, nowMs: number): HearthError | null {
    const { current } = this.#voters;
    if (current.index > this.#commitIndex || !this.#committedInTerm()) {
      return new HearthError(
        'no-quorum',
        'An earlier change of the voters is not committed yet; try again in a moment.',
      );
    }
    const added = addedVoter(current.voters, data);
    if (added instanceof HearthError) return added;
    if (added === null || leadership.isCaughtUp(added, nowMs)) return null;
    return new HearthError(
      'no-quorum',
      `The node ${added} does not follow the log closely enough to vote; try again in a moment.`,
    );
  }

  // ------------------------------------------------------------------ helpers

  /** Before every input: a process that stood still does not take the silence for a dead leader. */
  #observe(nowMs: number): void {
    const stalled = nowMs - this.#lastInputMs > timing.electionTimeoutMinMs;
    this.#lastInputMs = nowMs;
    if (!stalled || this.#rearmed) return;
    this.#resetElection(nowMs);
    this.#leadership?.rearm(nowMs);
    this.#rearmed = true;
  }

  #resetElection(nowMs: number): void {
    const { electionTimeoutMinMs: min, electionTimeoutMaxMs: max } = timing;
    this.#electionMs = nowMs + min + this.random.next() * (max - min);
    this.#rearmed = false;
  }

  #hearsLeader(nowMs: number, withinMs: number): boolean {
    return nowMs - this.#leaderHeardMs < withinMs;
  }

  #sendWhenSaved(message: LogMessage): void {
    if (!this.#unsaved.hold(message, this.#log.lastIndex)) this.#messages.push(message);
  }

  #committedInTerm(): boolean {
    return this.#log.termAt(this.#commitIndex) === this.#term;
  }

  #isVoter(): boolean {
    return this.#voters.current.voters.includes(this.#self);
  }

  /** A voter, or one whose removal is not known to be committed. */
  #mayStand(): boolean {
    if (this.#isVoter()) return true;
    const { current, previous } = this.#voters;
    return current.index > this.#commitIndex && previous.voters.includes(this.#self);
  }

  #followers(): readonly NodeId[] {
    return [...this.#voters.current.voters, ...this.#learners];
  }

  #publicState(): LogStatus['state'] {
    if (this.#state === 'leader') return 'leader';
    if (this.#state !== 'follower') return 'candidate';
    return this.#isVoter() ? 'follower' : 'learner';
  }
}

function notLeader(): HearthError {
  return new HearthError(
    'no-quorum',
    'This node does not lead the durable log at present, so it cannot take the change; try again.',
  );
}
