/**
 * A Replica's side of the stream of changes. It applies what follows on from where it stands and nothing
 * else: for a gap it asks, for a repeat it confirms again, and batches of an ended epoch it refuses by telling
 * their sender of the newer one. A snapshot is gathered beside the table, which answers lookups meanwhile.
 */
import type { NodeId } from '../../types/index.js';
import type { Claim } from './claim.js';
import type { History } from './history.js';
import {
  compareEpochs,
  type Position,
  type SnapshotPart,
  sameEpoch,
  type TableEffect,
  type TableMessage,
} from './messages.js';
import type { TableParameters } from './parameters.js';
import { Retry } from './retry.js';

type Batch = Extract<TableMessage, { kind: 'batch' }>;

/** The table that the stream is applied to. */
export interface FollowedTable {
  merge(claim: Claim): void;
  /** Everything else is gone. */
  replace(claims: readonly Claim[]): void;
}

/** A snapshot that is being gathered. */
interface Shadow {
  readonly position: Position;
  readonly id: number;
  next: number;
  readonly claims: Claim[];
}

/** How soon it asks again about a gap that more batches make plain. */
const gapAgainMs = 20;

export class Follower {
  #master: NodeId | null = null;
  #shadow: Shadow | null = null;
  #askedMs = Number.NEGATIVE_INFINITY;
  #heardMs = 0;
  readonly #retry: Retry;
  readonly counts = { gaps: 0, refused: 0, snapshots: 0 };

  constructor(
    private readonly table: FollowedTable,
    private readonly history: History,
    private readonly effects: TableEffect[],
    private readonly parameters: TableParameters,
  ) {
    this.#retry = new Retry(parameters);
  }

  get dueMs(): number {
    if (this.#master === null) return Number.POSITIVE_INFINITY;
    return Math.min(this.#retry.dueMs, this.#heardMs + this.parameters.refollowMs);
  }

  /** Null: this node is no Replica, or nobody is Master. */
  masterIs(master: NodeId | null, nowMs: number): void {
    if (master === this.#master) return;
    this.#master = master;
    this.#shadow = null;
    this.#retry.settle();
    if (master !== null) this.#ask(nowMs);
  }

  tick(nowMs: number): void {
    if (this.dueMs <= nowMs) this.#ask(nowMs);
  }

  batch(from: NodeId, { epoch, base, claims }: Batch, nowMs: number): void {
    if (from !== this.#master) return;
    const end = this.history.end;
    const order = end === null ? 1 : compareEpochs(epoch, end.epoch);
    if (end !== null && order < 0) {
      this.counts.refused++;
      this.#askAboutGap(nowMs);
      return;
    }
    if (end === null || !followsOn(base, end, order > 0)) {
      this.counts.gaps++;
      this.#askAboutGap(nowMs);
      return;
    }
    const known = end.offset - base.offset;
    if (order > 0) {
      this.#shadow = null;
      this.history.begin(epoch);
    }
    for (const claim of known === 0 ? claims : claims.slice(known)) {
      this.table.merge(claim);
      this.history.append(claim);
    }
    this.#heard(nowMs);
    this.#confirm(from);
  }

  snapshot(from: NodeId, message: SnapshotPart, nowMs: number): void {
    const { position, id, part, last, claims } = message;
    if (from !== this.#master) return;
    const end = this.history.end;
    const order = end === null ? 1 : compareEpochs(position.epoch, end.epoch);
    if (end !== null && order < 0) {
      this.counts.refused++;
      this.#askAboutGap(nowMs);
      return;
    }
    if (end !== null && order === 0 && position.offset <= end.offset) {
      // repeated, or late: taking it would be a step back
      this.#heard(nowMs);
      this.#confirm(from);
      return;
    }
    const shadow = this.#shadowOf(message);
    if (shadow === null) {
      this.#askAboutGap(nowMs);
      return;
    }
    // numbers begin anew with each reign
    const isOfIt = shadow.id === id && sameEpoch(shadow.position.epoch, position.epoch);
    if (!isOfIt || part > shadow.next) return;
    this.#heard(nowMs);
    this.effects.push({ kind: 'send', to: [from], message: { kind: 'part-taken', id, part } });
    if (part < shadow.next) return;
    shadow.next++;
    for (const claim of claims) shadow.claims.push(claim);
    if (!last) return;
    this.#shadow = null;
    this.#replace(position, shadow.claims);
    this.#confirm(from);
  }

  /**
   * Takes a whole table that was given at once. Nothing where this node has come as far; false where it stands in a later
   * epoch.
   */
  inherit(position: Position, claims: readonly Claim[]): boolean {
    const end = this.history.end;
    const order = end === null ? 1 : compareEpochs(position.epoch, end.epoch);
    if (order < 0) return false;
    if (end !== null && order === 0 && position.offset <= end.offset) return true;
    this.#shadow = null;
    this.#replace(position, claims);
    return true;
  }

  #replace(position: Position, claims: readonly Claim[]): void {
    this.counts.snapshots++;
    this.table.replace(claims);
    this.history.reset(position);
  }

  /** What is being gathered once this part has come: the newer one. Null: its beginning is missing. */
  #shadowOf({ position, id, part }: SnapshotPart): Shadow | null {
    const present = this.#shadow;
    const order =
      present === null
        ? 1
        : compareEpochs(position.epoch, present.position.epoch) || id - present.id;
    if (order <= 0) return present;
    this.#shadow = part === 0 ? { position, id, next: 0, claims: [] } : null;
    return this.#shadow;
  }

  #heard(nowMs: number): void {
    this.#heardMs = nowMs;
    this.#retry.settle();
  }

  #confirm(master: NodeId): void {
    const position = this.history.end;
    if (position === null) return;
    this.effects.push({ kind: 'send', to: [master], message: { kind: 'applied', position } });
  }

  #askAboutGap(nowMs: number): void {
    if (nowMs - this.#askedMs >= gapAgainMs) this.#ask(nowMs);
  }

  #ask(nowMs: number): void {
    if (this.#master === null) return;
    this.#askedMs = nowMs;
    this.#heardMs = nowMs;
    this.#retry.sent(nowMs);
    const message = { kind: 'follow' as const, position: this.history.end };
    this.effects.push({ kind: 'send', to: [this.#master], message });
  }
}

/** A new epoch must begin with what this replica lacks; within one it may have been told some before. */
function followsOn(base: Position, end: Position, begins: boolean): boolean {
  if (!sameEpoch(base.epoch, end.epoch)) return false;
  return begins ? base.offset === end.offset : base.offset <= end.offset;
}
