/**
 * The Master's side of the stream of changes: gathers changes for a moment and sends each batch to all
 * Replicas, knows how far each has come, repeats what was not confirmed, and brings who is too far behind
 * up by a snapshot, one part at a time. Nothing waits for a Replica, and none costs more than its window.
 */
import type { NodeId } from '../../types/index.js';
import { type Claim, claimBytes } from './claim.js';
import type { History } from './history.js';
import {
  compareEpochs,
  type Epoch,
  type Position,
  type SnapshotPart,
  type TableEffect,
  type TableMessage,
} from './messages.js';
import type { TableParameters } from './parameters.js';
import { Retry } from './retry.js';
import { snapshotParts } from './snapshot-parts.js';

interface Snapshot {
  readonly parts: Iterator<SnapshotPart, void>;
  /** The one that is on its way. */
  part: SnapshotPart;
}

interface Replica {
  readonly id: NodeId;
  readonly retry: Retry;
  /** Null where its position is not known yet. */
  confirmed: number | null;
  sent: number;
  snapshot: Snapshot | null;
}

export class Publisher {
  readonly #replicas = new Map<NodeId, Replica>();
  #epoch: Epoch;
  #flushedMs = Number.NEGATIVE_INFINITY;
  /** Changes up to here were offered to the Replicas. */
  #flushed: number;
  #unsentBytes = 0;
  #lastSnapshot = 0;
  readonly counts = { batches: 0, batchMessages: 0, snapshots: 0, repeats: 0 };

  /** Begins `epoch` where `history` ends. */
  constructor(
    epoch: Epoch,
    /** All that is warm now. */
    private readonly claims: () => Iterator<Claim>,
    private readonly history: History,
    private readonly effects: TableEffect[],
    private readonly parameters: TableParameters,
  ) {
    this.#epoch = epoch;
    this.history.begin(epoch);
    this.#flushed = history.offset;
  }

  get dueMs(): number {
    let due = Number.POSITIVE_INFINITY;
    if (this.#flushed < this.history.offset) due = this.#flushedMs + this.parameters.batchMs;
    for (const { retry } of this.#replicas.values()) due = Math.min(due, retry.dueMs);
    return due;
  }

  /** Who they are from now on. A new one is invited, and tells where it stands. */
  replicasAre(replicas: readonly NodeId[], nowMs: number): void {
    for (const id of this.#replicas.keys()) if (!replicas.includes(id)) this.#replicas.delete(id);
    for (const id of replicas) {
      if (this.#replicas.has(id)) continue;
      const retry = new Retry(this.parameters);
      const replica: Replica = { id, retry, confirmed: null, sent: 0, snapshot: null };
      this.#replicas.set(id, replica);
      this.#repeat(replica, nowMs);
    }
  }

  /** Adds a change to the next batch. */
  add(claim: Claim): void {
    this.history.append(claim);
    this.#unsentBytes += claimBytes(claim);
  }

  /** Sends what has been added, if it is time or enough. To be called after every input. */
  flush(nowMs: number): void {
    if (this.#flushed === this.history.offset) return;
    const quiet = nowMs - this.#flushedMs >= this.parameters.batchMs;
    if (!quiet && this.#unsentBytes < this.parameters.batchBytesMax) return;
    this.#flushedMs = nowMs;
    this.#flushed = this.history.offset;
    this.#unsentBytes = 0;
    this.counts.batches++;
    this.#sendOn([...this.#replicas.values()], nowMs);
  }

  tick(nowMs: number): void {
    this.flush(nowMs);
    for (const replica of this.#replicas.values()) {
      if (replica.retry.dueMs <= nowMs) this.#repeat(replica, nowMs);
    }
  }

  follow(from: NodeId, position: Position | null, nowMs: number): void {
    const replica = this.#replicas.get(from);
    if (replica === undefined) return;
    if (position !== null && compareEpochs(position.epoch, this.#epoch) > 0) {
      this.#outbid(position.epoch, nowMs);
    }
    if (position === null || !this.history.meets(position)) {
      // asked again before the first part has arrived
      if (replica.snapshot?.part.part === 0) this.#repeat(replica, nowMs);
      else this.#beginSnapshot(replica, nowMs);
      return;
    }
    replica.retry.settle();
    replica.snapshot = null;
    replica.confirmed = position.offset;
    replica.retry.sent(nowMs);
    this.#sendChanges([from], position.offset, position.epoch);
    replica.sent = this.#reachFrom(position.offset);
    this.#sendOn([replica], nowMs);
  }

  applied(from: NodeId, position: Position, nowMs: number): void {
    const replica = this.#replicas.get(from);
    if (replica === undefined || compareEpochs(position.epoch, this.#epoch) !== 0) return;
    const { offset } = position;
    if (replica.snapshot !== null) {
      if (offset < replica.snapshot.part.position.offset) return;
      replica.snapshot = null;
      replica.confirmed = offset;
      replica.sent = offset;
    }
    replica.confirmed = Math.max(replica.confirmed ?? 0, offset);
    replica.sent = Math.max(replica.sent, offset);
    replica.retry.settle();
    if (replica.confirmed < replica.sent) replica.retry.sent(nowMs);
    this.#sendOn([replica], nowMs);
  }

  partTaken(from: NodeId, id: number, part: number, nowMs: number): void {
    const replica = this.#replicas.get(from);
    const snapshot = replica?.snapshot;
    if (replica === undefined || snapshot?.part.id !== id || snapshot.part.part !== part) return;
    replica.retry.settle();
    // the last part is confirmed by `applied`
    const { value } = snapshot.parts.next();
    if (value === undefined) replica.retry.sent(nowMs);
    else {
      snapshot.part = value;
      this.#send(replica, value, nowMs);
    }
  }

  /** Everything as of now, in parts, and where it ends. */
  snapshot(): {
    readonly parts: Iterable<SnapshotPart> & Iterator<SnapshotPart, void>;
    readonly offset: number;
  } {
    this.counts.snapshots++;
    const position = { epoch: this.#epoch, offset: this.history.offset };
    const head = { id: ++this.#lastSnapshot, position };
    const parts = snapshotParts(head, this.claims(), this.parameters.batchBytesMax);
    return { parts, offset: position.offset };
  }

  /** Somebody else has reigned meanwhile: a new epoch above theirs. */
  #outbid(other: Epoch, nowMs: number): void {
    this.#epoch = { ...this.#epoch, number: other.number + 1 };
    this.history.begin(this.#epoch);
    for (const replica of this.#replicas.values()) {
      replica.snapshot = null;
      replica.confirmed = null;
      replica.retry.settle();
      this.#repeat(replica, nowMs);
    }
  }

  /** Asks where it stands, by a batch of nothing: it confirms it, or sees that it lacks something. */
  #repeat(replica: Replica, nowMs: number): void {
    this.counts.repeats++;
    const message = replica.snapshot?.part ?? {
      kind: 'batch' as const,
      epoch: this.#epoch,
      base: { epoch: this.#epoch, offset: this.#offsetSent(replica) },
      claims: [],
    };
    this.#send(replica, message, nowMs);
  }

  #offsetSent({ confirmed, sent }: Replica): number {
    return confirmed === null ? this.history.offset : sent;
  }

  /** Sends each replica what it was not sent yet, as far as its window allows; the same bytes to equals. */
  #sendOn(replicas: readonly Replica[], nowMs: number): void {
    const end = this.#flushed;
    const equals = new Map<number, Replica[]>();
    for (const replica of replicas) {
      const { confirmed, sent, snapshot } = replica;
      if (confirmed === null || snapshot !== null || sent >= end) continue;
      if (sent - confirmed >= this.parameters.windowClaimsMax) continue;
      if (!this.history.reaches(sent)) this.#beginSnapshot(replica, nowMs);
      else if (equals.has(sent)) equals.get(sent)?.push(replica);
      else equals.set(sent, [replica]);
    }
    for (const [from, group] of equals) {
      this.#sendChanges(
        group.map(({ id }) => id),
        from,
      );
      for (const replica of group) {
        replica.sent = this.#reachFrom(from);
        if (replica.retry.dueMs === Number.POSITIVE_INFINITY) replica.retry.sent(nowMs);
      }
      this.#sendOn(group, nowMs);
    }
  }

  /** One batch of what follows `offset`, which lies in `baseEpoch`. */
  #sendChanges(to: readonly NodeId[], offset: number, baseEpoch = this.#epoch): void {
    if (to.length === 0) return;
    this.counts.batchMessages += to.length;
    const base = { epoch: baseEpoch, offset };
    const claims = this.history.after(offset, this.parameters.batchBytesMax, claimBytes);
    const message = { kind: 'batch' as const, epoch: this.#epoch, base, claims };
    this.effects.push({ kind: 'send', to, message });
  }

  #reachFrom(offset: number): number {
    return offset + this.history.after(offset, this.parameters.batchBytesMax, claimBytes).length;
  }

  #beginSnapshot(replica: Replica, nowMs: number): void {
    const { parts, offset } = this.snapshot();
    const { value: part } = parts.next();
    if (part === undefined) return;
    replica.snapshot = { parts, part };
    replica.confirmed = offset;
    replica.sent = offset;
    replica.retry.settle();
    this.#send(replica, part, nowMs);
  }

  #send({ id, retry }: Replica, message: TableMessage, nowMs: number): void {
    retry.sent(nowMs);
    this.effects.push({ kind: 'send', to: [id], message });
  }
}
