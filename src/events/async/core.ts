/**
 * All events of the cluster as a deterministic state machine: the same batches in the same order give the same events,
 * and the same answer to each command, on every node. An event ends once, whoever has run it how often.
 */
import { strict as assert } from 'node:assert';
import { Shelf } from '../../replication/index.js';
import { limits, type NodeId } from '../../types/index.js';
import type { Batch, CommandResult, EventCommand, SubmitCommand } from './command.js';
import {
  attempted,
  cancelled,
  delivered,
  ended,
  givenUp,
  isOpen,
  redriven,
  submitted,
} from './event-steps.js';
import { IdempotencyKeys } from './idempotency-keys.js';
import type { AsyncEvent, EventStatus } from './types.js';

/** All of it at one moment, as references to what never changes. */
export interface EventsImage {
  readonly sequence: number;
  readonly wallMs: number;
  /** Open ones first, by owner, then the dead and the ended ones: each in the order in which they would go. */
  readonly events: readonly AsyncEvent[];
  readonly keys: readonly (readonly [key: string, id: string, atMs: number])[];
}

export interface Applied {
  /** One of each command. */
  readonly results: readonly CommandResult[];
  /** What events have become; one that was forgotten is not told. */
  readonly changed: readonly AsyncEvent[];
}

export class EventsCore {
  readonly #events = new Map<string, AsyncEvent>();
  readonly #open = new Map<NodeId, Map<string, AsyncEvent>>();
  readonly #perFunction = new Map<string, number>();
  readonly #dead = new Shelf();
  readonly #ended = new Shelf();
  readonly #keys = new IdempotencyKeys();
  readonly #counts: Record<EventStatus, number> = {
    queued: 0,
    waiting: 0,
    delivering: 0,
    done: 0,
    failed: 0,
    dead: 0,
    cancelled: 0,
  };
  #openBytes = 0;
  #sequence = 0;
  /** The latest time that any proposer told: what is old is so by this one. */
  #wallMs = 0;
  #changed: AsyncEvent[] = [];

  get(id: string): AsyncEvent | undefined {
    return this.#events.get(id);
  }

  /** All that are remembered, in no order that means anything. */
  all(): Iterable<AsyncEvent> {
    return this.#events.values();
  }

  /** Those that a node has to run, or to tell of. */
  openOf(owner: NodeId): Iterable<AsyncEvent> {
    return this.#open.get(owner)?.values() ?? [];
  }

  /** The nodes that have any. */
  owners(): Iterable<NodeId> {
    return this.#open.keys();
  }

  get counts(): Readonly<Record<EventStatus, number>> {
    return this.#counts;
  }

  get openCount(): number {
    return this.#counts.queued + this.#counts.waiting + this.#counts.delivering;
  }

  get openBytes(): number {
    return this.#openBytes;
  }

  openCountOf(functionName: string): number {
    return this.#perFunction.get(functionName) ?? 0;
  }

  apply({ node, wallMs, commands }: Batch): Applied {
    this.#wallMs = Math.max(this.#wallMs, wallMs);
    const changed: AsyncEvent[] = [];
    this.#changed = changed;
    this.#forgetOld();
    const results = commands.map((command) => this.#execute(command, node));
    return { results, changed };
  }

  image(): EventsImage {
    const open = [...this.#open.values()].flatMap((events) => [...events.values()]);
    const shelved = [this.#dead, this.#ended].flatMap((shelf) =>
      [...shelf.ids()].map((id) => this.#known(id)),
    );
    return {
      sequence: this.#sequence,
      wallMs: this.#wallMs,
      events: [...open, ...shelved],
      keys: [...this.#keys.all()],
    };
  }

  /** Takes an event of an image, in its order: only while nothing has been applied. */
  restoreEvent(event: AsyncEvent): void {
    this.#events.set(event.id, event);
    this.#index(event, 1);
  }

  restoreKey(key: string, id: string, atMs: number): void {
    this.#keys.add(key, id, atMs);
  }

  /** How far an image had come. */
  restoreHead({ sequence, wallMs }: Pick<EventsImage, 'sequence' | 'wallMs'>): void {
    this.#sequence = sequence;
    this.#wallMs = wallMs;
  }

  /** Throws where the state contradicts itself: for tests. */
  invariants(): void {
    const all = [...this.#events.values()];
    const open = all.filter(isOpen);
    assert.equal(this.openCount, open.length);
    const bytes = open.reduce((sum, event) => sum + weightOf(event), 0);
    assert.equal(this.#openBytes, bytes);
    const owned = [...this.#open].flatMap(([owner, events]) =>
      [...events.values()].map((event) => {
        assert.equal(event.owner, owner);
        return event;
      }),
    );
    assert.deepEqual(new Set(owned), new Set(open));
    assert.equal(this.#counts.dead, this.#dead.count);
    assert.equal(all.length, open.length + this.#dead.count + this.#ended.count);
    for (const event of open) assert.equal(event.payload.length, event.payloadBytes);
    for (const [name, count] of this.#perFunction) {
      assert.equal(open.filter(({ functionName }) => functionName === name).length, count);
    }
  }

  #execute(command: EventCommand, node: NodeId): CommandResult {
    if (command.kind === 'submit') return this.#submit(command, node);
    if (command.kind === 'adopt') return this.#adopt(command);
    const event = this.#events.get(command.id);
    const after = event === undefined ? null : this.#step(event, command, node);
    if (after === null) return { kind: 'changed', count: 0 };
    this.#put(event, this.#fitting(after));
    return { kind: 'changed', count: 1 };
  }

  /** What has been accepted stays, be there ever so much of it; answers stay only while there is room for them. */
  #fitting(event: AsyncEvent): AsyncEvent {
    const { outcome } = event;
    if (outcome === null || !isOpen(event)) return event;
    if (this.#openBytes + outcome.answer.length <= limits.eventPendingBytesMax) return event;
    return { ...event, outcome: { ...outcome, answer: new Uint8Array(0) } };
  }

  #step(
    event: AsyncEvent,
    command: Exclude<EventCommand, { kind: 'submit' | 'adopt' }>,
    node: NodeId,
  ): AsyncEvent | null {
    switch (command.kind) {
      case 'attempted':
        return attempted(event, command, this.#wallMs);
      case 'ended':
        return ended(event, command, this.#wallMs);
      case 'delivered':
        return delivered(event, command, this.#wallMs);
      case 'cancel':
        return cancelled(event, this.#wallMs);
      case 'redrive':
        return this.#refusal(event) === null ? redriven(event, command, node, this.#wallMs) : null;
      default:
        return command satisfies never;
    }
  }

  #submit(command: SubmitCommand, node: NodeId): CommandResult {
    const { id, functionName, idempotencyKey } = command;
    const known = this.#events.get(id);
    if (known !== undefined && known.functionName !== functionName) {
      const message = `The request id ${id} is that of an invocation of another function; use a new one.`;
      return { kind: 'refused', code: 'invalid-parameter', message };
    }
    if (known !== undefined) return { kind: 'accepted', id, duplicate: true };
    const key = idempotencyKey === '' ? '' : `${functionName} ${idempotencyKey}`;
    const first = this.#keys.get(key);
    if (first !== undefined) return { kind: 'accepted', id: first, duplicate: true };
    const refusal = this.#refusal(command) ?? this.#keys.refusal(key);
    if (refusal !== null) return { kind: 'refused', code: 'too-many-requests', message: refusal };
    if (key !== '') this.#keys.add(key, id, this.#wallMs);
    this.#put(undefined, submitted(command, ++this.#sequence, node, this.#wallMs));
    return { kind: 'accepted', id, duplicate: false };
  }

  /** Why one more event cannot be taken; what else bounds the queue is checked before it is proposed. */
  #refusal({ payload }: Pick<AsyncEvent, 'payload'>): string | null {
    const { eventsPendingMax, eventPendingBytesMax } = limits;
    const bytes = this.#openBytes + payload.length;
    if (this.openCount < eventsPendingMax && bytes <= eventPendingBytesMax) return null;
    return `${this.openCount} asynchronous invocations of ${this.#openBytes} bytes wait in the cluster already, its limit; try again.`;
  }

  #adopt({ from, to, itemsMax }: Extract<EventCommand, { kind: 'adopt' }>): CommandResult {
    const events = [...this.openOf(from)].slice(0, itemsMax);
    let count = 0;
    for (const event of events) {
      const owner = to[count % to.length];
      if (owner === undefined || owner === from) continue;
      this.#put(event, { ...event, owner });
      count++;
    }
    return { kind: 'changed', count };
  }

  /** The one place where events change, and with them all that is counted. */
  #put(before: AsyncEvent | undefined, after: AsyncEvent): void {
    if (before !== undefined) this.#index(before, -1);
    this.#events.set(after.id, after);
    this.#index(after, 1);
    this.#changed.push(after);
    this.#forgetSurplus();
  }

  #forget(id: string): void {
    this.#index(this.#known(id), -1);
    this.#events.delete(id);
  }

  #index(event: AsyncEvent, sign: 1 | -1): void {
    const { id, functionName, status, owner } = event;
    this.#counts[status] += sign;
    if (isOpen(event)) {
      this.#openBytes += sign * weightOf(event);
      const count = this.openCountOf(functionName) + sign;
      if (count === 0) this.#perFunction.delete(functionName);
      else this.#perFunction.set(functionName, count);
      const owned = this.#open.get(owner) ?? new Map<string, AsyncEvent>();
      if (sign === 1) this.#open.set(owner, owned.set(id, event));
      else if (owned.delete(id) && owned.size === 0) this.#open.delete(owner);
      return;
    }
    const shelf = status === 'dead' ? this.#dead : this.#ended;
    if (sign === 1) shelf.add(id, weightOf(event));
    else shelf.remove(id);
  }

  #forgetSurplus(): void {
    while (this.#dead.count > limits.eventsDeadMax || this.#dead.bytes > limits.eventDeadBytesMax) {
      const oldest = this.#known(this.#dead.first);
      this.#put(oldest, givenUp(oldest));
    }
    const { eventsEndedMax, eventAnswersBytesMax } = limits;
    while (this.#ended.count > eventsEndedMax || this.#ended.bytes > eventAnswersBytesMax) {
      this.#forget(this.#known(this.#ended.first).id);
    }
  }

  #forgetOld(): void {
    this.#keys.forgetBefore(this.#wallMs - limits.idempotencyKeptMs);
    const beforeMs = this.#wallMs - limits.eventKeptMs;
    for (let id = this.#ended.first; id !== undefined; id = this.#ended.first) {
      if (this.#known(id).endedAtMs >= beforeMs) break;
      this.#forget(id);
    }
  }

  #known(id: string | undefined): AsyncEvent {
    const event = this.#events.get(id ?? '');
    assert(event !== undefined, 'what is indexed is there');
    return event;
  }
}

/** Bytes that are kept for an event, beside its facts. */
function weightOf({ payload, outcome }: AsyncEvent): number {
  return payload.length + (outcome?.answer.length ?? 0);
}
