/**
 * The consensus core: Raft as a pure state machine, in the manner of etcd-io/raft. Messages, ticks and
 * proposals go in with the time; what is to be done comes out as data. The owner
 *   1 calls one input (`step`, `tick`, `propose`, `written`, ...),
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
 * A node whose disk was lost or damaged is *mute*: it has forgotten its votes and what it said it has, so
 * it votes for nobody until a set of voters without it is committed after it was admitted anew.
 *
 * Source: Ongaro, "Consensus: Bridging Theory and Practice" (2014), chapters 3 to 6; etcd-io/raft.
 */
import { strict as assert } from 'node:assert';
import type { Random } from '../lib/index.js';
import { type HearthError, limits, type NodeId } from '../types/index.js';
import { Ballot } from './ballot.js';
import type { Effects, PartSender, SnapshotRequest } from './effects.js';
import { Election } from './election.js';
import { Children, Feeders, Feeding } from './feeding.js';
import { Leadership } from './leadership.js';
import { type MessageOf, RaftState } from './raft-state.js';
import { Receiving } from './receiving.js';
import { caughtUpRefusal, refusals } from './refusals.js';
import type { FeederView, Replication } from './replication.js';
import type { EntryKind, LogContent, LogEntry, LogWrite, SnapshotMeta } from './storage/types.js';
import { snapshots, timing } from './timing.js';
import type { Follower, LogMessage, LogStatus } from './types.js';
import { encodeVoters, everyVoter, isJoint, votes } from './voters.js';

export interface CoreOptions {
  readonly self: NodeId;
  readonly content: LogContent;
  readonly nowMs: number;
  /** Entries kept beside a snapshot; a sensible number where not given. */
  readonly entriesKept?: number;
}

export class RaftCore {
  readonly #state: RaftState;
  readonly #ballot: Ballot;
  readonly #election: Election;
  readonly #children = new Children();
  readonly #feeders: Feeders;
  readonly #receiving: Receiving;
  #leadership: Leadership | null = null;
  readonly #feeding: Feeding;
  /** There is something to tell those whom this node feeds. */
  #news = false;
  #learners: readonly NodeId[] = [];
  #lastInputMs: number;
  #rearmed = false;

  constructor(
    random: Random,
    private readonly options: CoreOptions,
  ) {
    this.#state = new RaftState(options.self, options.content);
    this.#ballot = new Ballot(random, options.self);
    this.#election = new Election(this.#state, this.#ballot, {
      won: (nowMs) => this.#becomeLeader(nowMs),
      follow: (term, nowMs) => this.#becomeFollower(term, null, nowMs),
    });
    this.#feeders = new Feeders(options.nowMs);
    this.#receiving = new Receiving(this.#state, this.#feeders, (term, leader, nowMs) =>
      this.#becomeFollower(term, leader, nowMs),
    );
    this.#feeding = new Feeding(
      this.#children,
      this.#feederView(() => this.#state.commitIndex),
    );
    this.#lastInputMs = options.nowMs;
    this.#ballot.rest(this.#state.config, options.nowMs);
    this.invariants();
  }

  get term(): number {
    return this.#state.term;
  }

  get isLeader(): boolean {
    return this.#leadership !== null;
  }

  get leader(): NodeId | null {
    return this.#state.leader;
  }

  /** For `snapshotRequest`. */
  partSender(nowMs: number): PartSender {
    const { self, term, leader, leaderHeardMs } = this.#state;
    return { self, term, leader, heardAgoMs: this.isLeader ? 0 : nowMs - leaderHeardMs };
  }

  /** The lead is on its way to another node. */
  get transferring(): boolean {
    return this.#leadership?.transferring === true;
  }

  get commitIndex(): number {
    return this.#state.commitIndex;
  }

  /** The commit index moved since it was last written. */
  get commitUnsaved(): boolean {
    return this.#state.commitIndex > this.#state.unsaved.savedCommitIndex;
  }

  status(nowMs: number): Omit<LogStatus, 'diskFull'> {
    const { term, leader, config, log, commitIndex, mute } = this.#state;
    const heard = leader !== null && this.#state.hearsLeader(nowMs);
    return {
      state: this.#publicState(),
      term,
      leader,
      voters: everyVoter(config),
      changing: isJoint(config),
      lastIndex: log.lastIndex,
      commitIndex,
      quorum: this.#leadership?.hasQuorum(nowMs) ?? heard,
      mute,
    };
  }

  followers(nowMs: number): ReadonlyMap<NodeId, Follower> {
    return this.#leadership?.followers(nowMs) ?? new Map();
  }

  get deliveredIndex(): number {
    return this.#state.deliveredIndex;
  }

  /** The sets of voters of which each needs a majority. */
  voterSets(): readonly (readonly NodeId[])[] {
    const { voters, outgoing } = this.#state.config;
    return outgoing.length === 0 ? [voters] : [voters, outgoing];
  }

  /** The entries from `from` to `to`, both included, as far as they are in memory: for checkers. */
  entries(from: number, to: number): readonly LogEntry[] {
    return this.#state.log.range(from, to);
  }

  /**
   * What a snapshot of the state, as it was delivered by now, would end with; null where nothing was, or
   * where the log on disk does not reach so far yet.
   */
  snapshotMeta(): SnapshotMeta | null {
    const { deliveredIndex: index, log, voters, restore, unsaved } = this.#state;
    const term = log.termAt(index);
    if (restore !== null || term === undefined || index === 0) return null;
    if (index > unsaved.savedIndex) return null;
    return { index, term, config: voters.at(index) };
  }

  takeEffects(): Effects {
    const state = this.#state;
    if (this.#news) this.#feeder?.sendNews(this.#lastInputMs);
    this.#news = false;
    const reads = state.committedInTerm ? (this.#leadership?.confirmedReads() ?? []) : [];
    const outgoing = state.out.take();
    if (state.unsaved.installing) return { ...outgoing, restore: null, committed: [], reads };
    const { restore } = state;
    const committed = state.log.range(state.deliveredIndex + 1, state.commitIndex);
    state.restore = null;
    state.deliveredIndex = state.commitIndex;
    return { ...outgoing, restore, committed, reads };
  }

  /** What to put on disk now, or null; `force` writes also when only the commit index moved. */
  takeWrite(force = false): LogWrite | null {
    return this.#state.unsaved.take(this.#state.log, this.#state.hardState, force);
  }

  /** The write that was taken is on disk. */
  written(nowMs: number): void {
    this.#observe(nowMs);
    const state = this.#state;
    const { messages, installed } = state.unsaved.written();
    state.out.sendAll(messages);
    if (installed !== null && !state.unsaved.installing) {
      state.snapshot = installed;
      state.restore = installed;
      state.deliveredIndex = installed.index;
    }
    if (state.unsaved.hardStateSaved) this.#election.onVoteSaved(nowMs);
    this.#advanceCommit();
  }

  tick(nowMs: number): void {
    this.#observe(nowMs);
    this.#tickFeeding(nowMs);
    const state = this.#state;
    if (this.#leadership !== null) {
      if (this.#leadership.hasQuorum(nowMs)) this.#leadership.tick(nowMs);
      else this.#becomeFollower(state.term, null, nowMs);
      return;
    }
    if (!state.mayStand && !state.hearsLeader(nowMs)) state.leader = null;
    this.#election.tick(nowMs);
  }

  step(message: LogMessage, nowMs: number): void {
    const state = this.#state;
    if (message.to !== state.self || message.from === state.self) return;
    this.#observe(nowMs);
    if (message.kind === 'vote-request') {
      this.#election.onRequest(message, nowMs);
      return;
    }
    const echo = message.kind === 'vote-reply' && message.preVote && message.granted;
    if (message.term > state.term && !echo) this.#becomeFollower(message.term, null, nowMs);
    if (message.kind === 'append-request') {
      if (this.#receiving.onAppend(message, nowMs)) this.#news = true;
    } else if (message.kind === 'snapshot-request') this.#receiving.onSnapshot(message, nowMs);
    else if (message.kind === 'follow-request') this.#onFollowRequest(message, nowMs);
    else if (message.term === state.term) this.#onReply(message, nowMs);
  }

  /** Appends on the leader; returns the entry's index, or why it was refused. */
  propose(kind: EntryKind, data: Uint8Array, nowMs: number): number | HearthError {
    this.#observe(nowMs);
    if (this.#leadership === null) return refusals.notLeader();
    if (this.#leadership.transferring) return refusals.transferring();
    if (data.length > limits.logEntryBytesMax) return refusals.tooLarge(data.length);
    return this.#append(kind, data);
  }

  /** Leader: begins a linearizable read; its id comes back in the effects. */
  beginRead(nowMs: number): number | HearthError {
    this.#observe(nowMs);
    return this.#leadership?.beginRead() ?? refusals.notLeader();
  }

  /** Leader: begins to replace the voters; returns the index of the entry with both sets. */
  changeVoters(voters: readonly NodeId[], nowMs: number): number | HearthError {
    this.#observe(nowMs);
    const { self, commitIndex, committedInTerm } = this.#state;
    const leadership = this.#leadership;
    if (leadership === null) return refusals.notLeader();
    if (voters.length === 0 || new Set(voters).size !== voters.length) return refusals.badVoters();
    const { index, config } = this.#state.voters.current;
    const settled = index <= commitIndex && committedInTerm && !isJoint(config);
    if (!settled || leadership.transferring) return refusals.changing();
    const added = voters.filter((id) => !votes(config, id) && id !== self);
    const refusal = caughtUpRefusal(added, leadership.followers(nowMs));
    if (refusal !== null) return refusal;
    return this.#append('voters', encodeVoters({ voters, outgoing: config.voters }));
  }

  /** Leader: begins to hand the lead over to a voter. Null, or why not. */
  transferLead(to: NodeId, nowMs: number): HearthError | null {
    this.#observe(nowMs);
    const leadership = this.#leadership;
    if (leadership === null) return refusals.notLeader();
    const { index, config } = this.#state.voters.current;
    if (leadership.transferring || index > this.#state.commitIndex) return refusals.changing();
    if (!votes(config, to)) return refusals.noVoter(to);
    const refusal = caughtUpRefusal([to], leadership.followers(nowMs));
    if (refusal === null) leadership.transfer(to, nowMs);
    return refusal;
  }

  /** Leader: these nodes are fed beside the voters and whoever asks. */
  setLearners(learners: readonly NodeId[], nowMs: number): void {
    this.#learners = learners;
    this.#leadership?.replication.feed(this.#followed(), nowMs);
  }

  setFeeders(feeders: readonly NodeId[], nowMs: number): void {
    const others = feeders.filter((id) => id !== this.#state.self);
    this.#feeders.use(others, nowMs);
  }

  setPreference(order: readonly NodeId[]): void {
    this.#ballot.preference = order;
  }

  /** The process of this node has ended. If it led, whoever is preferred now stands at once. */
  processGone(node: NodeId, nowMs: number): void {
    this.#observe(nowMs);
    const state = this.#state;
    if (this.#leadership !== null || state.leader !== node) return;
    state.leader = null;
    state.leaderHeardMs = Number.NEGATIVE_INFINITY;
    this.#ballot.hurry(state.config, node, nowMs);
  }

  /** This node was admitted anew by the entry at `index`. */
  admittedAt(index: number): void {
    this.#receiving.admittedAt(index);
  }

  /** False: this node gives the lead up and does not stand, for its disk takes nothing. */
  setMayLead(mayLead: boolean, nowMs: number): void {
    this.#state.mayLead = mayLead;
    if (!mayLead) this.#becomeFollower(this.#state.term, null, nowMs);
  }

  /** The first `parts` parts of the snapshot in `request` are kept. */
  partTaken(request: SnapshotRequest, parts: number): void {
    this.#receiving.partTaken(request, parts);
  }

  /** The snapshot that `from` sent is whole: the log goes on after it, unless it is there already. */
  install(meta: SnapshotMeta, from: NodeId, nowMs: number): void {
    this.#observe(nowMs);
    this.#receiving.install(meta, from);
  }

  /** A snapshot of the own state is on disk. Returns the first index that is still needed there. */
  compact(meta: SnapshotMeta): number {
    const { snapshot, unsaved, voters, log } = this.#state;
    if (meta.index > (snapshot?.index ?? 0) && !unsaved.installing) {
      this.#state.snapshot = meta;
      voters.compact(meta.index);
      const { entriesKept = snapshots.entriesKept } = this.options;
      const { bytesKept } = snapshots;
      const keepFrom = log.firstWithin(meta.index, entriesKept, bytesKept);
      log.compact(Math.min(keepFrom - 1, unsaved.savedIndex));
    }
    return unsaved.installing ? 0 : log.base.index;
  }

  /** The state is already that of the snapshot which was on disk at the start. */
  restored(): void {
    this.#state.restore = null;
  }

  /** Throws where the state contradicts itself: called by the simulator after every step. */
  invariants(): void {
    this.#state.invariants();
    assert.equal(this.#state.role === 'leader', this.isLeader, 'only a leader leads');
  }

  // ------------------------------------------------------------------ roles

  #becomeLeader(nowMs: number): void {
    const state = this.#state;
    state.role = 'leader';
    state.leader = state.self;
    this.#feeding.forget();
    this.#leadership = new Leadership(
      {
        ...this.#feederView(() => state.log.lastIndex),
        config: () => state.config,
        savedIndex: () => state.unsaved.savedIndex,
      },
      nowMs,
    );
    this.#ballot.calm();
    this.#append('noop', new Uint8Array());
    this.#leadership.replication.feed(this.#followed(), nowMs);
  }

  #becomeFollower(term: number, leader: NodeId | null, nowMs: number): void {
    const state = this.#state;
    if (term > state.term) state.enterTerm(term);
    state.role = 'follower';
    state.leader = leader;
    state.leaderOfTerm = leader ?? state.leaderOfTerm;
    this.#leadership = null;
    if (leader !== null) this.#ballot.calm();
    this.#resetElection(nowMs);
  }

  // ------------------------------------------------------------------ as one that others follow

  #append(kind: EntryKind, data: Uint8Array): number {
    const { index } = this.#state.append(kind, data);
    if (kind === 'voters') this.#leadership?.replication.feed(this.#followed(), this.#lastInputMs);
    this.#news = true;
    this.#advanceCommit();
    return index;
  }

  #onReply(message: LogMessage, nowMs: number): void {
    if (message.kind === 'vote-reply') this.#election.onReply(message, nowMs);
    else if (message.kind === 'append-reply') this.#onAppendReply(message, nowMs);
    else if (message.kind === 'snapshot-reply') this.#feeder?.onSnapshotReply(message, nowMs);
    else if (message.kind === 'lead-now' && message.from === this.#state.leaderOfTerm) {
      if (this.#state.mayStand) this.#election.stand(nowMs, true);
    }
  }

  #onAppendReply(reply: MessageOf<'append-reply'>, nowMs: number): void {
    this.#rearmed = false;
    if (this.#leadership !== null) {
      this.#leadership.onReply(reply, nowMs);
      this.#advanceCommit();
    } else this.#feeding.replication?.onReply(reply, nowMs);
    this.#feeder?.sendNewsTo(reply.from, nowMs);
  }

  #onFollowRequest({ from }: MessageOf<'follow-request'>, nowMs: number): void {
    this.#children.asked(from, nowMs);
    this.#childrenChanged(nowMs);
  }

  #childrenChanged(nowMs: number): void {
    if (this.#leadership === null) this.#feeding.childrenChanged(nowMs);
    else this.#leadership.replication.feed(this.#followed(), nowMs);
  }

  /** Counts only entries of the own term; earlier ones are committed with them (thesis, 3.6.2). */
  #advanceCommit(): void {
    const state = this.#state;
    if (this.#leadership === null) return;
    const index = this.#leadership.majorityMatch();
    if (index <= state.commitIndex || state.log.termAt(index) !== state.term) return;
    state.commitIndex = index;
    this.#news = true;
    const { current } = state.voters;
    if (current.index > index) return;
    if (isJoint(current.config)) {
      this.#append('voters', encodeVoters({ voters: current.config.voters, outgoing: [] }));
    } else if (!votes(current.config, state.self)) {
      // The others hear of it before they are left alone.
      this.#leadership.replication.sendNews(this.#lastInputMs);
      this.#becomeFollower(state.term, null, this.#lastInputMs);
    }
  }

  #tickFeeding(nowMs: number): void {
    const state = this.#state;
    if (this.#children.expire(nowMs)) this.#childrenChanged(nowMs);
    this.#feeding.tick(nowMs);
    if (this.#leadership !== null) return;
    // A voter that hears nobody may have been removed without knowing.
    if (votes(state.config, state.self) && !state.mute && state.hearsLeader(nowMs)) return;
    const to = this.#feeders.due(nowMs);
    if (to === null) return;
    const { self: from, term } = state;
    state.out.send({ kind: 'follow-request', from, to, term, lastIndex: state.log.lastIndex });
  }

  get #feeder(): Replication | null {
    return this.#leadership?.replication ?? this.#feeding.replication;
  }

  #feederView(lastIndex: () => number): FeederView {
    const state = this.#state;
    return {
      self: state.self,
      log: state.log,
      lastIndex,
      term: () => state.term,
      commitIndex: () => state.commitIndex,
      leader: () => state.leader,
      heardAgoMs: () => (this.isLeader ? 0 : this.#lastInputMs - state.leaderHeardMs),
      snapshot: () => state.snapshot,
      send: state.out.send,
      sendPart: state.out.sendPart,
    };
  }

  #followed(): readonly NodeId[] {
    return [...everyVoter(this.#state.config), ...this.#learners, ...this.#children.ids];
  }

  // ------------------------------------------------------------------ time

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
    this.#ballot.rest(this.#state.config, nowMs);
    this.#rearmed = false;
  }

  #publicState(): LogStatus['state'] {
    const { role, config, self } = this.#state;
    if (role === 'leader') return 'leader';
    if (role !== 'follower') return 'candidate';
    return votes(config, self) ? 'follower' : 'learner';
  }
}
