/**
 * What a leader does besides being one: it feeds everybody who votes or asks, counts who has its entries
 * on disk, proves for reads that it still leads, and hands the lead over. Made at the election, dropped
 * with the lead.
 *
 * A read is confirmed by a *round* (Raft thesis, 6.4): every message carries the number of the latest
 * round, and once a majority answered messages of a round that began after the read, no other leader can
 * have been elected before the read. One round is open at a time; later reads share the next one.
 */
import type { NodeId } from '../types/index.js';
import type { Progress } from './progress.js';
import { type FeederView, Replication } from './replication.js';
import type { VoterConfig } from './storage/types.js';
import { batching, timing } from './timing.js';
import type { Follower, LogMessage } from './types.js';
import { majorityValue, votes } from './voters.js';

export interface LeaderView extends FeederView {
  readonly config: () => VoterConfig;
  readonly savedIndex: () => number;
}

interface Transfer {
  readonly to: NodeId;
  readonly deadlineMs: number;
  told: boolean;
}

export class Leadership {
  readonly replication: Replication;
  #roundOpen = false;
  #lastReadId = 0;
  /** Reads by id, with the round that confirms each; 0 is the one not yet begun. */
  readonly #reads = new Map<number, number>();
  #transfer: Transfer | null = null;

  constructor(
    private readonly view: LeaderView,
    nowMs: number,
  ) {
    this.replication = new Replication(view, nowMs);
  }

  /** The lead is on its way to another node: nothing new is begun. */
  get transferring(): boolean {
    return this.#transfer !== null;
  }

  tick(nowMs: number): void {
    const config = this.view.config();
    this.replication.tick(nowMs, (id) => votes(config, id));
    if (this.#transfer !== null && nowMs >= this.#transfer.deadlineMs) this.#transfer = null;
  }

  onReply(reply: Extract<LogMessage, { kind: 'append-reply' }>, nowMs: number): void {
    this.replication.onReply(reply, nowMs);
    this.#goOnWithTransfer();
  }

  /** The last index that a majority of the voters has on disk. */
  majorityMatch(): number {
    return this.#majority((peer) => peer.match, this.view.savedIndex());
  }

  /** True while a majority of the voters answered within the last election timeout. */
  hasQuorum(nowMs: number): boolean {
    return this.#majority((peer) => peer.heardMs, nowMs) >= nowMs - timing.electionTimeoutMaxMs;
  }

  /** After a stall of this process: everyone gets the time to answer anew. */
  rearm(nowMs: number): void {
    for (const peer of this.replication.peers.values()) peer.heardMs = nowMs;
  }

  followers(nowMs: number): ReadonlyMap<NodeId, Follower> {
    const followers = new Map<NodeId, Follower>();
    for (const [id, peer] of this.replication.peers) {
      const caughtUp =
        peer.streaming &&
        peer.heardMs >= nowMs - timing.electionTimeoutMaxMs &&
        this.view.log.lastIndex - peer.match <= batching.voterLagMax;
      followers.set(id, { matchIndex: peer.match, caughtUp, mute: peer.mute });
    }
    return followers;
  }

  /** Begins to hand the lead over; nothing new is taken until that is done or its time is up. */
  transfer(to: NodeId, nowMs: number): void {
    this.#transfer = { to, deadlineMs: nowMs + timing.transferTimeoutMs, told: false };
    this.#goOnWithTransfer();
  }

  /** Asks for a confirmation of the lead; `confirmedReads` gives the id back when it is there. */
  beginRead(): number {
    const id = ++this.#lastReadId;
    this.#reads.set(id, 0);
    if (!this.#roundOpen) this.#openRound();
    return id;
  }

  /** Ids of the reads that are confirmed now, each once. */
  confirmedReads(): readonly number[] {
    if (this.#reads.size === 0) return [];
    const answered = this.#majority((peer) => peer.round, this.replication.round);
    const confirmed: number[] = [];
    for (const [id, round] of this.#reads) {
      if (round === 0 || round > answered) continue;
      this.#reads.delete(id);
      confirmed.push(id);
    }
    if (answered >= this.replication.round && this.#roundOpen) {
      this.#roundOpen = false;
      if (this.#reads.size > 0) this.#openRound();
    }
    return confirmed;
  }

  #openRound(): void {
    const round = ++this.replication.round;
    this.#roundOpen = true;
    for (const [id, begun] of this.#reads) if (begun === 0) this.#reads.set(id, round);
    const config = this.view.config();
    for (const [id, peer] of this.replication.peers) {
      if (votes(config, id)) this.replication.sendEmpty(id, peer, peer.match);
    }
  }

  /** Once the other has everything: it needs no more than to be told. */
  #goOnWithTransfer(): void {
    const transfer = this.#transfer;
    if (transfer === null || transfer.told) return;
    const { self, log, send } = this.view;
    if (this.replication.peers.get(transfer.to)?.match !== log.lastIndex) return;
    transfer.told = true;
    send({ kind: 'lead-now', from: self, to: transfer.to, term: this.view.term() });
  }

  #majority(reached: (peer: Progress) => number, own: number): number {
    return majorityValue(this.view.config(), (voter) => {
      if (voter === this.view.self) return own;
      const peer = this.replication.peers.get(voter);
      return peer === undefined ? Number.NEGATIVE_INFINITY : reached(peer);
    });
  }
}
