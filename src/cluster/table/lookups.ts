/**
 * A Worker's questions to its two Replicas: the first is asked, and the spare when it does not answer in
 * time. One that did not answer is distrusted: the other is asked at once, and from time to time the distrusted
 * one beside it, so that no request waits for it again before it has answered one.
 */
import { type FunctionKey, limits, type NodeId } from '../../types/index.js';
import type { TableEffect, TableMessage } from './messages.js';
import type { TableParameters } from './parameters.js';

interface Lookup {
  readonly call: number;
  readonly key: FunctionKey;
  /** Not asked yet, in order. */
  readonly others: NodeId[];
  /** Asked, and not heard of. */
  readonly asked: Set<NodeId>;
  /** The one that is waited for. */
  current: NodeId;
  deadlineMs: number;
}

export class Lookups {
  #replicas: readonly NodeId[] = [];
  /** In the order of their deadlines, for each waits equally long. */
  readonly #pending = new Map<number, Lookup>();
  /** Those that did not answer, and when they are tried again. */
  readonly #distrusted = new Map<NodeId, number>();
  #lastId = 0;
  /** Questions that a Replica has not answered in time. */
  timeouts = 0;

  constructor(
    private readonly effects: TableEffect[],
    private readonly parameters: TableParameters,
  ) {}

  get dueMs(): number {
    for (const { deadlineMs } of this.#pending.values()) return deadlineMs;
    return Number.POSITIVE_INFINITY;
  }

  /** First and spare. */
  replicasAre(replicas: readonly NodeId[]): void {
    this.#replicas = replicas;
    for (const node of this.#distrusted.keys()) {
      if (!replicas.includes(node)) this.#distrusted.delete(node);
    }
  }

  ask(call: number, key: FunctionKey, nowMs: number): void {
    const id = ++this.#lastId;
    const [first, ...others] = this.#replicas.filter((node) => !this.#distrusted.has(node));
    if (first === undefined || this.#pending.size >= limits.lookupsPendingMax) {
      this.effects.push({ kind: 'answer', call, holders: null });
    } else {
      const deadlineMs = nowMs + this.parameters.lookupMs;
      this.#pending.set(id, {
        call,
        key,
        others,
        asked: new Set([first]),
        current: first,
        deadlineMs,
      });
      this.#send(first, id, key);
    }
    for (const [node, againMs] of this.#distrusted) {
      if (againMs > nowMs) continue;
      this.#distrusted.set(node, nowMs + this.parameters.distrustMs);
      this.#pending.get(id)?.asked.add(node);
      this.#send(node, id, key);
    }
  }

  receive(
    from: NodeId,
    { id, holders }: Extract<TableMessage, { kind: 'holders' }>,
    nowMs: number,
  ): void {
    this.#distrusted.delete(from);
    const lookup = this.#pending.get(id);
    if (lookup === undefined || !lookup.asked.delete(from)) return;
    if (holders !== null) {
      this.#pending.delete(id);
      this.effects.push({ kind: 'answer', call: lookup.call, holders });
    } else if (from === lookup.current) this.#next(id, lookup, nowMs);
  }

  tick(nowMs: number): void {
    const silent = new Set<NodeId>();
    for (const { deadlineMs, current } of this.#pending.values()) {
      if (deadlineMs > nowMs) break;
      this.timeouts++;
      silent.add(current);
      if (!this.#replicas.includes(current)) continue;
      this.#distrusted.set(current, nowMs + this.parameters.distrustMs);
    }
    // whoever waits for one that has just not answered somebody else need not wait on
    for (const [id, lookup] of [...this.#pending]) {
      if (silent.has(lookup.current)) this.#next(id, lookup, nowMs);
    }
  }

  /** Asks the next one; put at the end, where its deadline belongs. */
  #next(id: number, lookup: Lookup, nowMs: number): void {
    this.#pending.delete(id);
    const next = lookup.others.shift();
    if (next === undefined || this.#distrusted.has(next)) {
      this.effects.push({ kind: 'answer', call: lookup.call, holders: null });
      return;
    }
    lookup.current = next;
    lookup.asked.add(next);
    lookup.deadlineMs = nowMs + this.parameters.lookupMs;
    this.#pending.set(id, lookup);
    this.#send(next, id, lookup.key);
  }

  #send(to: NodeId, id: number, key: FunctionKey): void {
    this.effects.push({ kind: 'send', to: [to], message: { kind: 'lookup', id, key } });
  }
}
