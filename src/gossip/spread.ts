/**
 * How news spread: each rides on a bounded number of packets, on those that are sent anyway and on rounds
 * of gossip of their own. Who has come, died or left is told at once, hop by hop; all else waits for the
 * next round. Who hears nobody is cut off and may be wrong about everybody: it speaks of itself only.
 */
import type { NodeId } from '../types/index.js';
import { updatesBytesMax } from './codec.js';
import type { MemberTable } from './member-table.js';
import type { MemberRecord } from './packet.js';
import { parameters, retransmitLimit } from './parameters.js';
import { UpdateQueue } from './update-queue.js';

export class Spread {
  readonly #queue = new UpdateQueue();
  #urgent = false;
  #urgentUntilMs = Number.NEGATIVE_INFINITY;
  #roundMs = Number.NEGATIVE_INFINITY;
  #heardMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly self: NodeId,
    private readonly table: MemberTable,
  ) {}

  /** There is news of `id`. */
  push(id: NodeId, urgent: boolean, nowMs: number): void {
    this.#queue.push(id);
    if (!urgent) return;
    this.#urgent = true;
    this.#urgentUntilMs = nowMs + parameters.urgentForMs;
  }

  forget(id: NodeId): void {
    this.#queue.delete(id);
  }

  /** Somebody talks to us. */
  heard(nowMs: number): void {
    this.#heardMs = nowMs;
  }

  /** To how many members a round of gossip goes now: 0 for no round. */
  fanout(ticking: boolean, nowMs: number): number {
    const sinceMs = nowMs - this.#roundMs;
    if (this.#queue.size === 0 || sinceMs < parameters.urgentSpacingMs) return 0;
    const urgent = this.#urgent;
    const due = sinceMs >= parameters.gossipIntervalMs || nowMs < this.#urgentUntilMs;
    if (!urgent && !(ticking && due)) return 0;
    this.#urgent = false;
    this.#roundMs = nowMs;
    return urgent ? parameters.urgentFanout : parameters.gossipFanout;
  }

  /** As much news as fits in a packet, after the records of `first` that are not simply alive. */
  updates(first: readonly NodeId[], nowMs: number): MemberRecord[] {
    if (nowMs - this.#heardMs > parameters.deafAfterMs) return this.records([this.self], nowMs);
    const forced = first.filter(
      (id) => id === this.self || (this.table.get(id)?.status ?? 'alive') !== 'alive',
    );
    if (forced.length === 0 && this.#queue.size === 0) return [];
    const forcedBytes = forced.reduce((sum, id) => sum + this.table.bytesOf(id), 0);
    const limit = retransmitLimit(this.table.live().size + 1);
    const taken = this.#queue.take(updatesBytesMax - forcedBytes, limit, (id) =>
      forced.includes(id) ? Number.POSITIVE_INFINITY : this.table.bytesOf(id),
    );
    return this.records([...forced, ...taken], nowMs);
  }

  records(ids: Iterable<NodeId>, nowMs: number): MemberRecord[] {
    const records: MemberRecord[] = [];
    for (const id of ids) {
      const record = this.table.record(id, nowMs);
      if (record !== undefined) records.push(record);
    }
    return records;
  }
}
