/**
 * Tells the Master what this node claims. One report is on its way at a time, and holds everything that
 * was not confirmed; changes that come meanwhile go with the next. A new Master is greeted at once, even
 * with nothing to tell: it learns that it knows all of this node, or asks for what it lacks.
 */
import type { NodeId } from '../../types/index.js';
import type { TableEffect, TableMessage } from './messages.js';
import type { OwnClaims } from './own-claims.js';
import type { TableParameters } from './parameters.js';
import { Retry } from './retry.js';

export class Reporter {
  #master: NodeId | null = null;
  /** What the Master, this or the one before, has confirmed. */
  #confirmed = 0;
  /** The number up to which the last report went. */
  #told = 0;
  #greeted = false;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  readonly #retry: Retry;

  constructor(
    private readonly generation: number,
    private readonly own: OwnClaims,
    private readonly effects: TableEffect[],
    private readonly parameters: TableParameters,
  ) {
    this.#retry = new Retry(parameters);
  }

  /** When `tick` has something to do. */
  get dueMs(): number {
    if (this.#master === null) return Number.POSITIVE_INFINITY;
    if (this.#retry.dueMs !== Number.POSITIVE_INFINITY) return this.#retry.dueMs;
    const news = !this.#greeted || this.own.sequence > this.#confirmed;
    return news ? this.#lastSentMs + this.parameters.reportMs : Number.POSITIVE_INFINITY;
  }

  /** Null: nobody, or this node itself. */
  masterIs(master: NodeId | null, nowMs: number): void {
    if (master === this.#master) return;
    this.#master = master;
    this.#greeted = false;
    this.#retry.settle();
    if (master !== null) this.#send(this.#confirmed, nowMs);
  }

  /** The Master may have missed what was sent while it could not be reached. */
  masterReturned(nowMs: number): void {
    if (this.#retry.dueMs === Number.POSITIVE_INFINITY) return;
    this.#retry.settle();
    this.#send(this.#confirmed, nowMs);
  }

  tick(nowMs: number): void {
    if (this.dueMs <= nowMs) this.#send(this.#confirmed, nowMs);
  }

  receive(
    from: NodeId,
    message: Extract<TableMessage, { kind: 'reported' | 'collect' }>,
    nowMs: number,
  ): void {
    if (from !== this.#master || message.generation !== this.generation) return;
    if (message.kind === 'collect') {
      this.#send(message.since, nowMs);
      return;
    }
    this.#confirmed = Math.max(this.#confirmed, message.sequence);
    // less than was told is a late answer, maybe from before somebody else was Master: it proves nothing
    if (message.sequence < this.#told) return;
    this.#greeted = true;
    this.#retry.settle();
  }

  #send(since: number, nowMs: number): void {
    if (this.#master === null) return;
    this.#lastSentMs = nowMs;
    this.#retry.sent(nowMs);
    this.#told = this.own.sequence;
    const message = {
      kind: 'report' as const,
      generation: this.generation,
      ...this.own.since(Math.min(since, this.own.sequence)),
    };
    this.effects.push({ kind: 'send', to: [this.#master], message });
  }
}
