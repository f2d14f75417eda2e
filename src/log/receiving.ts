/**
 * What a node does with what it is fed: it takes entries that fit to what it has, or says from where on
 * to try again, and snapshots where entries do not reach back far enough.
 *
 * Voters listen to the leader alone. Others take from anybody what is committed, which is true whoever
 * says it.
 */
import { strict as assert } from 'node:assert';
import type { NodeId } from '../types/index.js';
import type { SnapshotRequest } from './effects.js';
import type { Feeders } from './feeding.js';
import type { MessageOf, RaftState } from './raft-state.js';
import type { SnapshotMeta } from './storage/types.js';
import { timing } from './timing.js';
import { votes } from './voters.js';

export class Receiving {
  #admittedIndex = 0;
  /** The last round that an answer has told. */
  #answeredRound = 0;

  constructor(
    private readonly state: RaftState,
    private readonly feeders: Feeders,
    /** There is a leader, of this term or a later one. */
    private readonly follow: (term: number, leader: NodeId, nowMs: number) => void,
  ) {}

  /** True where more is known to be committed than before. */
  onAppend(request: MessageOf<'append-request'>, nowMs: number): boolean {
    const { state } = this;
    const { from, previousIndex, previousTerm, entries, round } = request;
    if (!this.#hear(request, nowMs)) return false;
    if (previousIndex > state.commitIndex && state.log.termAt(previousIndex) !== previousTerm) {
      state.refuse(from, round, state.log.backOff(previousIndex, previousTerm));
      return false;
    }
    for (const entry of entries) state.adopt(entry);
    const verified = previousIndex + entries.length;
    const commitIndex = Math.min(request.commitIndex, verified);
    const moved = commitIndex > state.commitIndex;
    if (moved) state.commitIndex = commitIndex;
    if (moved) this.#unmute();
    // told of a commit and nothing else, it has nothing to say that was not said with what is committed
    if (moved && entries.length === 0 && round === this.#answeredRound) return true;
    this.#answeredRound = round;
    if (entries.length === 0 && state.unsaved.hardStateSaved && !state.unsaved.installing) {
      const matchIndex = Math.min(verified, state.unsaved.savedIndex);
      state.out.send(state.reply(from, round, true, matchIndex));
    } else state.accept(from, round, verified);
    return moved;
  }

  onSnapshot(request: SnapshotRequest, nowMs: number): void {
    const { state } = this;
    if (!this.#hear(request, nowMs) || state.unsaved.installing) return;
    if (request.meta.index > state.commitIndex) state.out.keep(request);
    else state.accept(request.from, 0, state.commitIndex);
  }

  partTaken({ from: to, meta }: SnapshotRequest, parts: number): void {
    const { self: from, term, out } = this.state;
    out.send({ kind: 'snapshot-reply', from, to, term, index: meta.index, parts });
  }

  install(meta: SnapshotMeta, from: NodeId): void {
    const { state } = this;
    if (meta.index > state.commitIndex) {
      if (state.role === 'leader') return;
      if (state.log.termAt(meta.index) !== meta.term) state.beginAfter(meta);
      state.commitIndex = meta.index;
      this.#unmute();
    }
    state.accept(from, 0, state.commitIndex);
  }

  admittedAt(index: number): void {
    this.#admittedIndex = Math.max(index, this.#admittedIndex);
    this.#unmute();
  }

  /** Whether to go on with what a leader, or one that only passes on, has sent. */
  #hear(request: MessageOf<'append-request' | 'snapshot-request'>, nowMs: number): boolean {
    const { state } = this;
    const { from, term, leader, heardAgoMs } = request;
    if (leader === from) {
      if (term < state.term) {
        // So that a leader of the past, or one that this node left behind, learns the term.
        state.refuse(from, 0, state.log.lastIndex);
        return false;
      }
      assert(state.role !== 'leader', 'a term has one leader');
      this.follow(term, from, nowMs);
      this.feeders.heard(from, nowMs);
      state.leaderHeardMs = nowMs;
      return true;
    }
    if (state.role === 'leader') return false;
    if (state.mayStand && state.hearsLeader(nowMs)) return false;
    // True all the same; but one who hears no leader is left for the next one that is to feed.
    if (leader === null || heardAgoMs >= timing.learnerSilenceMs) return true;
    this.feeders.heard(from, nowMs);
    const heardMs = nowMs - heardAgoMs;
    if (heardMs > state.leaderHeardMs && term === state.term && leader !== state.self) {
      state.leader = leader;
      state.leaderHeardMs = heardMs;
    }
    return true;
  }

  /** Nothing rests on what a node said once a set of voters without it is committed. */
  #unmute(): void {
    const { mute, commitIndex, voters, self } = this.state;
    const { index, config } = voters.current;
    if (!mute || this.#admittedIndex === 0 || commitIndex < this.#admittedIndex) return;
    if (index <= commitIndex && index > 0 && !votes(config, self)) this.state.unmute();
  }
}
