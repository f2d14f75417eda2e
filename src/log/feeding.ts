/**
 * The tiers below the leader. Nodes without a vote ask to be fed and are fed by whomever they ask, with
 * what that one knows to be committed: so that the leader has few to feed, however many there are. Who
 * asks is fed for a while and asks again; who hears nothing asks the next.
 *
 * It is safe from anybody: what is committed never changes, so a follower that has it has the truth.
 */
import { limits, type NodeId } from '../types/index.js';
import { type FeederView, Replication } from './replication.js';
import { timing } from './timing.js';

/** Who asked this node to be fed. */
export class Children {
  readonly #untilMs = new Map<NodeId, number>();

  get ids(): Iterable<NodeId> {
    return this.#untilMs.keys();
  }

  get size(): number {
    return this.#untilMs.size;
  }

  asked(id: NodeId, nowMs: number): void {
    if (this.#untilMs.size >= limits.membersMax && !this.#untilMs.has(id)) return;
    this.#untilMs.set(id, nowMs + timing.followedForMs);
  }

  /** True where somebody asks no more. */
  expire(nowMs: number): boolean {
    let gone = false;
    for (const [id, untilMs] of this.#untilMs) {
      if (untilMs <= nowMs) gone = this.#untilMs.delete(id);
    }
    return gone;
  }
}

/** Whom this node asks. */
export class Feeders {
  #ids: readonly NodeId[] = [];
  #turn = 0;
  #askMs = 0;
  #heardMs: number;

  constructor(nowMs: number) {
    this.#heardMs = nowMs;
  }

  use(ids: readonly NodeId[], nowMs: number): void {
    if (ids.join() === this.#ids.join()) return;
    this.#ids = ids;
    this.#turn = 0;
    this.#askMs = 0;
    this.#heardMs = nowMs;
  }

  heard(from: NodeId, nowMs: number): void {
    if (from === this.#present) this.#heardMs = nowMs;
  }

  /** Whom to ask now, null where nobody. */
  due(nowMs: number): NodeId | null {
    if (nowMs < this.#askMs) return null;
    this.#askMs = nowMs + timing.followEveryMs;
    if (nowMs - this.#heardMs > timing.learnerSilenceMs) {
      this.#turn++;
      this.#heardMs = nowMs;
    }
    return this.#present;
  }

  get #present(): NodeId | null {
    return this.#ids[this.#turn % this.#ids.length] ?? null;
  }
}

/** This node as one that passes on what is committed, while it does not lead. */
export class Feeding {
  #replication: Replication | null = null;

  constructor(
    private readonly children: Children,
    private readonly view: FeederView,
  ) {}

  /** Null where nobody has asked. */
  get replication(): Replication | null {
    return this.#replication;
  }

  /** Somebody has asked, or asks no more. */
  childrenChanged(nowMs: number): void {
    if (this.children.size > 0) this.#replication ??= new Replication(this.view, nowMs);
    this.#replication?.feed(this.children.ids, nowMs);
  }

  tick(nowMs: number): void {
    this.#replication?.tick(nowMs, () => false);
  }

  /** This node leads now, or did: its followers are to be found anew. */
  forget(): void {
    this.#replication = null;
  }
}
