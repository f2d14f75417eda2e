/**
 * Tells the destinations of the events that this node owns what came of them: each delivery is tried until it is taken,
 * is refused for good, or has been tried for too long. Like an attempt, one may be made twice.
 */
import { type Clock, DeadlineQueue } from '../../lib/index.js';
import { asHearthError, type NodeId } from '../../types/index.js';
import type { EventCommand } from './command.js';
import { ReadyQueue } from './ready-queue.js';
import { backoffMs } from './retry-policy.js';
import type { AsyncEvent, Deliver, DeliveryResult } from './types.js';

export interface CourierDeps {
  readonly clock: Clock;
  readonly self: () => NodeId;
  readonly get: (id: string) => AsyncEvent | undefined;
  readonly note: (command: EventCommand) => void;
  readonly deliver: Deliver;
}

export interface CourierOptions {
  readonly runningMax: number;
  /** How long a delivery is tried, from its first try at this node on. */
  readonly triedForMs: number;
}

interface Parcel {
  readonly key: string;
  readonly id: string;
  readonly round: number;
  /** Which of the event's deliveries. */
  readonly at: number;
  /** Those to one target take turns with those to the others. */
  readonly target: string;
  readonly bornMs: number;
  tries: number;
}

const dueTickMs = 50;

export class Courier {
  readonly #parcels = new Map<string, Parcel>();
  readonly #ready: ReadyQueue;
  readonly #due: DeadlineQueue;
  readonly #aborts = new AbortController();
  #stopped = false;

  constructor(
    private readonly deps: CourierDeps,
    private readonly options: CourierOptions,
  ) {
    const { runningMax } = options;
    this.#ready = new ReadyQueue({ runningMax, runningPerFunctionMax: Math.ceil(runningMax / 4) });
    this.#due = new DeadlineQueue(deps.clock, dueTickMs);
  }

  get running(): number {
    return this.#ready.running;
  }

  /** What an event has become. */
  changed(event: AsyncEvent): void {
    const { id, round, status, owner, deliveries } = event;
    const isOurs = status === 'delivering' && owner === this.deps.self();
    for (const [at, { state, target }] of deliveries.entries()) {
      const key = `${id} ${at}`;
      const known = this.#parcels.get(key);
      if (isOurs && state === 'pending') {
        if (known?.round === round) continue;
        const bornMs = this.deps.clock.nowMs();
        const parcel = { key, id, round, at, target, bornMs, tries: 0 };
        this.#parcels.set(key, parcel);
        this.#now(parcel);
      } else if (known !== undefined) this.#drop(known);
    }
  }

  /** Nothing that was known is to be relied on: these are all there are. */
  replace(events: Iterable<AsyncEvent>): void {
    const present = new Map([...events].map((event) => [event.id as string, event]));
    for (const parcel of [...this.#parcels.values()]) {
      if (!present.has(parcel.id)) this.#drop(parcel);
    }
    for (const event of present.values()) this.changed(event);
  }

  /** Tries under way are broken off: who owns the event next makes them anew. */
  stop(): void {
    this.#stopped = true;
    this.#due.close();
    this.#aborts.abort();
  }

  #drop(parcel: Parcel): void {
    this.#parcels.delete(parcel.key);
    this.#ready.remove(parcel.target, parcel.key);
  }

  #now(parcel: Parcel): void {
    this.#ready.add(parcel.target, parcel.key);
    this.#start();
  }

  #start(): void {
    while (!this.#stopped) {
      const key = this.#ready.take();
      if (key === undefined) return;
      const parcel = this.#parcels.get(key);
      if (parcel !== undefined) void this.#carry(parcel);
    }
  }

  async #carry(parcel: Parcel): Promise<void> {
    const event = this.deps.get(parcel.id);
    const delivery = event?.deliveries[parcel.at];
    if (event !== undefined && delivery !== undefined) {
      parcel.tries++;
      const { signal } = this.#aborts;
      const result = await this.deps
        .deliver(event, delivery, parcel.tries, signal)
        .catch((thrown: unknown) => wentWrong(thrown));
      if (!this.#stopped && this.#parcels.get(parcel.key) === parcel)
        this.#carried(parcel, event, result);
    }
    this.#ready.done(parcel.target);
    this.#start();
  }

  #carried(parcel: Parcel, { id }: AsyncEvent, result: DeliveryResult): void {
    const { round, at, tries, bornMs } = parcel;
    const nowMs = this.deps.clock.nowMs();
    const delayMs = backoffMs(tries);
    if (result.kind === 'retry' && nowMs + delayMs - bornMs <= this.options.triedForMs) {
      this.#due.add(nowMs + delayMs, () => {
        if (this.#parcels.get(parcel.key) === parcel) this.#now(parcel);
      });
      return;
    }
    const error = result.kind === 'done' ? '' : result.error || 'it was refused';
    this.deps.note({ kind: 'delivered', id, round, at, error: error.slice(0, errorCharsMax) });
  }
}

const errorCharsMax = 500;

/** What a deliverer should not have thrown. */
function wentWrong(thrown: unknown): DeliveryResult {
  return { kind: 'retry', error: asHearthError(thrown).message };
}
