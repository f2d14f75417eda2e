/**
 * Brings the entries of this node to others, by messages that may be lost, doubled or late: the leader
 * to the voters and to whoever asks it, any other node to whoever asks it (then only what is committed).
 *
 * A follower that needs what is only in a snapshot any more is sent that one part at a time.
 */
import type { NodeId } from '../types/index.js';
import type { EntryList } from './entry-list.js';
import { Progress } from './progress.js';
import type { SnapshotMeta } from './storage/types.js';
import { batching, timing } from './timing.js';
import type { LogMessage } from './types.js';

/** What feeding needs to see and do of the core. */
export interface FeederView {
  readonly self: NodeId;
  readonly term: () => number;
  readonly log: EntryList;
  /** Up to here entries may be sent. */
  readonly lastIndex: () => number;
  readonly commitIndex: () => number;
  readonly leader: () => NodeId | null;
  readonly heardAgoMs: () => number;
  readonly snapshot: () => SnapshotMeta | null;
  readonly send: (message: LogMessage) => void;
  /** Sends a part of the snapshot as soon as it is read. */
  readonly sendPart: (part: SnapshotPartTo) => void;
}

export interface SnapshotPartTo {
  readonly to: NodeId;
  readonly meta: SnapshotMeta;
  readonly part: number;
}

type AppendReply = Extract<LogMessage, { kind: 'append-reply' }>;
type SnapshotReply = Extract<LogMessage, { kind: 'snapshot-reply' }>;

export class Replication {
  readonly #peers = new Map<NodeId, Progress>();
  #heartbeatMs: number;
  #learnerHeartbeatMs: number;
  /** Told with every message; only a leader has rounds. */
  round = 0;

  constructor(
    private readonly view: FeederView,
    nowMs: number,
  ) {
    this.#heartbeatMs = nowMs + timing.heartbeatMs;
    this.#learnerHeartbeatMs = nowMs + timing.learnerHeartbeatMs;
  }

  get peers(): ReadonlyMap<NodeId, Progress> {
    return this.#peers;
  }

  /**
   * Who is to be brought up to date from now on. A new one is probed with the last entry, which right
   * after an election is all that it lacks.
   */
  feed(peers: Iterable<NodeId>, nowMs: number): void {
    const wanted = new Set(peers);
    wanted.delete(this.view.self);
    for (const id of this.#peers.keys()) if (!wanted.has(id)) this.#peers.delete(id);
    for (const id of wanted) {
      if (!this.#peers.has(id)) this.#begin(id, nowMs);
    }
  }

  /** Sends what is new, entries or the commit index, to everyone who can take it. */
  sendNews(nowMs: number): void {
    for (const id of this.#peers.keys()) this.sendNewsTo(id, nowMs);
  }

  sendNewsTo(id: NodeId, nowMs: number): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    while (peer.mayStream && peer.next <= this.view.lastIndex()) {
      if (!this.#sendEntries(id, peer, nowMs)) return;
    }
    // After a place that the follower is known to have, so that it is never refused.
    if (this.#tellable(peer) > peer.toldCommit) this.sendEmpty(id, peer, peer.match);
  }

  /** `quick` are those who must not miss the leader for long. */
  tick(nowMs: number, quick: (id: NodeId) => boolean): void {
    const all = nowMs >= this.#learnerHeartbeatMs;
    if (nowMs < this.#heartbeatMs) return;
    this.#heartbeatMs = nowMs + timing.heartbeatMs;
    if (all) this.#learnerHeartbeatMs = nowMs + timing.learnerHeartbeatMs;
    for (const [id, peer] of this.#peers) {
      if (!all && !quick(id)) continue;
      // After the place that was last sent, so that a lost message shows as a refusal.
      this.sendEmpty(id, peer, peer.next - 1);
      const { snapshot } = peer;
      if (snapshot === null) {
        if (peer.next <= this.view.log.base.index) this.#sendEntries(id, peer, nowMs);
      } else if (nowMs - snapshot.sentMs >= timing.partTimeoutMs) {
        this.#sendPart(id, peer, nowMs);
      }
    }
  }

  /** Takes note of the answer; `sendNewsTo` goes on, after the commit index had its chance to move. */
  onReply(reply: AppendReply, nowMs: number): void {
    const known = this.#peers.get(reply.from);
    if (known === undefined) return;
    // What a node had before it forgot everything counts no more; a mute one may forget it once more.
    const lacks = !reply.accepted && reply.matchIndex < known.match;
    const forgot = reply.mute && (!known.mute || lacks);
    const peer = forgot ? this.#begin(reply.from, nowMs) : known;
    peer.mute = reply.mute;
    peer.heardMs = nowMs;
    peer.round = Math.max(peer.round, reply.round);
    const lastIndex = this.view.lastIndex();
    if (reply.accepted) {
      peer.accepted(Math.min(reply.matchIndex, lastIndex), this.view.log.base.index);
    } else if (peer.refused(reply.matchIndex, lastIndex))
      this.#sendEntries(reply.from, peer, nowMs);
  }

  onSnapshotReply(reply: SnapshotReply, nowMs: number): void {
    const peer = this.#peers.get(reply.from);
    if (peer === undefined) return;
    peer.heardMs = nowMs;
    if (peer.snapshot?.index !== reply.index || peer.snapshot.part === reply.parts) return;
    peer.snapshot.part = reply.parts;
    this.#sendPart(reply.from, peer, nowMs);
  }

  sendEmpty(id: NodeId, peer: Progress, previousIndex: number): void {
    const index = Math.max(previousIndex, this.view.log.base.index);
    this.#send(id, peer, Math.min(index, this.view.lastIndex()), []);
  }

  #begin(id: NodeId, nowMs: number): Progress {
    const first = this.view.log.base.index + 1;
    const peer = new Progress(Math.max(first, this.view.lastIndex()), nowMs);
    this.#peers.set(id, peer);
    this.#sendEntries(id, peer, nowMs);
    return peer;
  }

  /** False where a snapshot has to come first. */
  #sendEntries(id: NodeId, peer: Progress, nowMs: number): boolean {
    const previousIndex = peer.next - 1;
    const snapshot = this.view.snapshot();
    const baseIndex = this.view.log.base.index;
    if (previousIndex < baseIndex) {
      // Not yet on disk, where it has just come here itself: `tick` tries again.
      if (snapshot === null || snapshot.index < baseIndex) return false;
      peer.begin(snapshot.index, nowMs);
      this.#sendPart(id, peer, nowMs);
      return false;
    }
    const { entriesMax, bytesMax } = batching;
    const entries = this.view.log.batch(peer.next, this.view.lastIndex(), entriesMax, bytesMax);
    const last = entries.at(-1);
    if (last !== undefined) peer.sent(last.index);
    this.#send(id, peer, previousIndex, entries);
    return true;
  }

  #sendPart(to: NodeId, peer: Progress, nowMs: number): void {
    const meta = this.view.snapshot();
    if (meta === null || peer.snapshot === null) return;
    // A newer one has taken its place: from its beginning.
    if (meta.index !== peer.snapshot.index) peer.begin(meta.index, nowMs);
    peer.snapshot.sentMs = nowMs;
    this.view.sendPart({ to, meta, part: peer.snapshot.part });
  }

  #send(
    to: NodeId,
    peer: Progress,
    previousIndex: number,
    entries: ReturnType<EntryList['range']>,
  ): void {
    const { self, log, send } = this.view;
    peer.toldCommit = this.#tellable(peer);
    send({
      kind: 'append-request',
      from: self,
      to,
      term: this.view.term(),
      leader: this.view.leader(),
      heardAgoMs: this.view.heardAgoMs(),
      previousIndex,
      previousTerm: log.termAt(previousIndex) ?? 0,
      commitIndex: this.view.commitIndex(),
      entries,
      round: this.round,
    });
  }

  #tellable(peer: Progress): number {
    return Math.min(this.view.commitIndex(), peer.match);
  }
}
