/**
 * What a leader does besides being one: it brings its entries to everybody else, counts who has them on
 * disk, and proves for reads that it still leads. Made at the election, dropped with the lead.
 *
 * A read is confirmed by a *round* (Raft thesis, 6.4): every message carries the number of the latest
 * round, and once a majority answered messages of a round that began after the read, no other leader can
 * have been elected before the read. One round is open at a time; later reads share the next one.
 */
import type { NodeId } from '../types/index.js';
import type { EntryList } from './entry-list.js';
import { Progress } from './progress.js';
import { batching, timing } from './timing.js';
import type { LogMessage } from './types.js';
import { majorityValue } from './voters.js';

/** What a leader needs to see and do of the core. */
export interface LeaderView {
  readonly self: NodeId;
  readonly term: number;
  readonly log: EntryList;
  commitIndex(): number;
  voters(): readonly NodeId[];
  savedIndex(): number;
  send(message: LogMessage): void;
}

type AppendReply = Extract<LogMessage, { kind: 'append-reply' }>;

export class Leadership {
  readonly #peers = new Map<NodeId, Progress>();
  #heartbeatMs: number;
  #round = 0;
  #roundOpen = false;
  #lastReadId = 0;
  /** Reads by id, with the round that confirms each; 0 is the one not yet begun. */
  readonly #reads = new Map<number, number>();

  constructor(
    private readonly view: LeaderView,
    nowMs: number,
  ) {
    this.#heartbeatMs = nowMs + timing.heartbeatMs;
  }

  /**
   * Who is to be brought up to date from now on: voters and learners. A new one is probed with the last
   * entry, which right after an election is all that it lacks.
   */
  follow(peers: Iterable<NodeId>, nowMs: number): void {
    const wanted = new Set(peers);
    wanted.delete(this.view.self);
    for (const id of this.#peers.keys()) if (!wanted.has(id)) this.#peers.delete(id);
    for (const id of wanted) {
      if (this.#peers.has(id)) continue;
      const peer = new Progress(Math.max(1, this.view.log.lastIndex), nowMs);
      this.#peers.set(id, peer);
      this.#sendEntries(id, peer);
    }
  }

  /** Sends what is new, entries or the commit index, to everyone who can take it. */
  sendNews(): void {
    for (const id of this.#peers.keys()) this.sendNewsTo(id);
  }

  sendNewsTo(id: NodeId): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    while (peer.mayStream && peer.next <= this.view.log.lastIndex) this.#sendEntries(id, peer);
    // After a place that the follower is known to have, so that it is never refused.
    if (this.#tellable(peer) > peer.toldCommit) this.#sendEmpty(id, peer.match);
  }

  tick(nowMs: number): void {
    if (nowMs < this.#heartbeatMs) return;
    this.#heartbeatMs = nowMs + timing.heartbeatMs;
    // After the place that was last sent, so that a lost message shows as a refusal.
    for (const [id, peer] of this.#peers) this.#sendEmpty(id, peer.next - 1);
  }

  /** Takes note of the answer; `sendNewsTo` goes on, after the commit index had its chance to move. */
  onReply(reply: AppendReply, nowMs: number): void {
    const peer = this.#peers.get(reply.from);
    if (peer === undefined) return;
    peer.heardMs = nowMs;
    peer.round = Math.max(peer.round, reply.round);
    if (reply.accepted) peer.accepted(Math.min(reply.matchIndex, this.view.log.lastIndex));
    else if (peer.refused(reply.matchIndex, this.view.log.lastIndex)) {
      this.#sendEntries(reply.from, peer);
    }
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
    for (const peer of this.#peers.values()) peer.heardMs = nowMs;
  }

  /** True where the node follows closely enough that counting its vote cannot stop the log. */
  isCaughtUp(id: NodeId, nowMs: number): boolean {
    const peer = this.#peers.get(id);
    if (peer === undefined) return false;
    return (
      peer.streaming &&
      peer.heardMs >= nowMs - timing.electionTimeoutMaxMs &&
      this.view.log.lastIndex - peer.match <= batching.voterLagMax
    );
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
    const answered = this.#majority((peer) => peer.round, this.#round);
    const confirmed: number[] = [];
    for (const [id, round] of this.#reads) {
      if (round === 0 || round > answered) continue;
      this.#reads.delete(id);
      confirmed.push(id);
    }
    if (answered >= this.#round && this.#roundOpen) {
      this.#roundOpen = false;
      if (this.#reads.size > 0) this.#openRound();
    }
    return confirmed;
  }

  #openRound(): void {
    this.#round++;
    this.#roundOpen = true;
    for (const [id, round] of this.#reads) if (round === 0) this.#reads.set(id, this.#round);
    for (const id of this.view.voters()) {
      const peer = this.#peers.get(id);
      if (peer !== undefined) this.#sendEmpty(id, peer.match);
    }
  }

  #majority(reached: (peer: Progress) => number, own: number): number {
    return majorityValue(this.view.voters(), (voter) => {
      if (voter === this.view.self) return own;
      const peer = this.#peers.get(voter);
      return peer === undefined ? Number.NEGATIVE_INFINITY : reached(peer);
    });
  }

  #sendEntries(id: NodeId, peer: Progress): void {
    const { entriesMax, bytesMax } = batching;
    const entries = this.view.log.batch(peer.next, entriesMax, bytesMax);
    const previousIndex = peer.next - 1;
    const last = entries.at(-1);
    if (last !== undefined) peer.sent(last.index);
    this.#send(id, previousIndex, entries);
  }

  #sendEmpty(id: NodeId, previousIndex: number): void {
    this.#send(id, previousIndex, []);
  }

  #send(id: NodeId, previousIndex: number, entries: ReturnType<EntryList['range']>): void {
    const { self, term, log, send } = this.view;
    const peer = this.#peers.get(id);
    if (peer !== undefined) peer.toldCommit = this.#tellable(peer);
    send({
      kind: 'append-request',
      from: self,
      to: id,
      term,
      previousIndex,
      previousTerm: log.termAt(previousIndex) ?? 0,
      commitIndex: this.view.commitIndex(),
      entries,
      round: this.#round,
    });
  }

  #tellable(peer: Progress): number {
    return Math.min(this.view.commitIndex(), peer.match);
  }
}
