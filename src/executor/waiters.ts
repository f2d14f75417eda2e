/** Who waits for the pools to name a ticket: requests, and wishes for a sandbox. */
import type { FunctionRecord } from '../catalog/index.js';
import type { HearthError, Invocation, InvocationOutcome } from '../types/index.js';
import type { Ticket } from './pool.js';

export interface Waiter {
  readonly record: FunctionRecord;
  readonly invocation: Invocation;
  readonly arrivedMs: number;
  readonly resolve: (outcome: InvocationOutcome) => void;
  readonly reject: (error: HearthError) => void;
  readonly onAbort: () => void;
}

export interface Ping {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Empty once its request waits no more. V8 links each table that a Map has outgrown to the next one, with what was in it then:
 * once an old one is in the old generation, all that ever waited would outlive its request by many collections.
 */
interface Place {
  waiter: Waiter | null;
}

export class Waiters {
  readonly #requests = new Map<Ticket, Place>();
  readonly #pings = new Map<Ticket, Ping>();

  add(ticket: Ticket, waiter: Waiter): void {
    this.#requests.set(ticket, { waiter });
    waiter.invocation.signal?.addEventListener('abort', waiter.onAbort);
  }

  addPing(ticket: Ticket, ping: Ping): void {
    this.#pings.set(ticket, ping);
  }

  /** It waits no more. */
  take(ticket: Ticket): Waiter | undefined {
    const place = this.#requests.get(ticket);
    if (place === undefined || place.waiter === null) return undefined;
    this.#requests.delete(ticket);
    const { waiter } = place;
    place.waiter = null;
    waiter.invocation.signal?.removeEventListener('abort', waiter.onAbort);
    return waiter;
  }

  takePing(ticket: Ticket): Ping | undefined {
    const ping = this.#pings.get(ticket);
    this.#pings.delete(ticket);
    return ping;
  }

  /** Whoever the ticket is of, request or wish, hears the error; the request is returned. */
  reject(ticket: Ticket, error: HearthError): Waiter | undefined {
    const waiter = this.take(ticket);
    waiter?.reject(error);
    this.takePing(ticket)?.reject(error);
    return waiter;
  }

  tickets(): Ticket[] {
    return [...this.#requests.keys(), ...this.#pings.keys()];
  }
}
