/**
 * How a node comes to lead. A candidate first asks whether it would be elected (pre-vote), which changes
 * nothing anywhere, and only then raises the term and asks for real. Who hears a leader answers nobody,
 * unless the leader itself hands the lead over.
 */
import type { NodeId } from '../types/index.js';
import type { Ballot } from './ballot.js';
import type { MessageOf, RaftState } from './raft-state.js';
import { timing } from './timing.js';
import type { LogMessage } from './types.js';
import { everyVoter, votes } from './voters.js';

/** What an election changes in the core. */
export interface ElectionOutcome {
  won(nowMs: number): void;
  /** The term has passed, or a majority refused. */
  follow(term: number, nowMs: number): void;
}

export class Election {
  constructor(
    private readonly state: RaftState,
    private readonly ballot: Ballot,
    private readonly outcome: ElectionOutcome,
  ) {}

  /** Stands, where its time has come. */
  tick(nowMs: number): void {
    const { state } = this;
    if (!state.mayStand) {
      // It may have learnt in the middle of an election, from whoever feeds it, that it has no vote.
      state.role = 'follower';
      return;
    }
    const { index, config } = state.voters.current;
    const alone = votes(config, state.self) && everyVoter(config).length === 1;
    if (alone && state.role === 'candidate') return;
    // The only voter asks nobody, unless a leader is still about to make it the only one.
    const atOnce = alone && (state.leader === null || index <= state.commitIndex);
    if (!atOnce && !this.ballot.isDue(nowMs)) return;
    if (alone) this.stand(nowMs, false);
    else this.#tryOut(nowMs);
  }

  /** Asks for real votes. `handedOver`: the leader wants it so. */
  stand(nowMs: number, handedOver: boolean): void {
    const { state } = this;
    state.role = 'candidate';
    state.leader = null;
    state.enterTerm(state.term + 1);
    state.vote(state.self);
    this.ballot.open();
    this.ballot.rest(state.config, nowMs);
    this.#ask(false, handedOver);
  }

  onRequest(request: MessageOf<'vote-request'>, nowMs: number): void {
    const { state } = this;
    if (state.mute) return;
    // With a live leader nobody else is wanted, whatever its term, unless that leader says so.
    if (!request.handedOver) {
      if (state.role === 'leader') return;
      const heardMs = nowMs - state.leaderHeardMs;
      if (state.leader !== null && heardMs < timing.electionTimeoutMinMs) return;
    }
    const { preVote, from: to, lastIndex, lastTerm } = request;
    const upToDate =
      lastTerm > state.log.lastTerm ||
      (lastTerm === state.log.lastTerm && lastIndex >= state.log.lastIndex);
    const reply = { kind: 'vote-reply', from: state.self, to, preVote } as const;
    if (preVote) {
      const granted = upToDate && request.term >= state.term;
      const term = granted ? request.term : state.term;
      state.out.send({ ...reply, term, granted });
      return;
    }
    if (request.term > state.term) this.outcome.follow(request.term, nowMs);
    const free = state.votedFor === null || state.votedFor === to;
    const granted = upToDate && free && request.term === state.term;
    if (!granted) {
      state.out.send({ ...reply, term: state.term, granted });
      return;
    }
    state.vote(to);
    this.ballot.rest(state.config, nowMs);
    state.sendWhenSaved({ ...reply, term: state.term, granted });
  }

  onReply(reply: MessageOf<'vote-reply'>, nowMs: number): void {
    if (this.state.role !== (reply.preVote ? 'pre-candidate' : 'candidate')) return;
    this.#cast(reply.from, reply.granted, nowMs);
  }

  /** The own vote is on disk. */
  onVoteSaved(nowMs: number): void {
    if (this.state.role === 'candidate') this.#cast(this.state.self, true, nowMs);
  }

  #tryOut(nowMs: number): void {
    const { state } = this;
    state.role = 'pre-candidate';
    state.leader = null;
    this.ballot.open();
    this.ballot.cast(state.self, true);
    this.ballot.rest(state.config, nowMs);
    this.#ask(true, false);
  }

  #ask(preVote: boolean, handedOver: boolean): void {
    const { self: from, term, log } = this.state;
    const { lastIndex, lastTerm } = log;
    const base = { kind: 'vote-request', from, term, lastIndex, lastTerm } as const;
    for (const to of everyVoter(this.state.config)) {
      if (to === from) continue;
      const request: LogMessage = { ...base, to, preVote, handedOver };
      if (preVote) this.state.out.send(request);
      else this.state.sendWhenSaved(request);
    }
  }

  #cast(voter: NodeId, granted: boolean, nowMs: number): void {
    this.ballot.cast(voter, granted);
    const outcome = this.ballot.outcome(this.state.config);
    if (outcome === 'lost') this.outcome.follow(this.state.term, nowMs);
    if (outcome !== 'won') return;
    if (this.state.role === 'pre-candidate') this.stand(nowMs, false);
    else this.outcome.won(nowMs);
  }
}
