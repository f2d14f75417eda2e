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

export class Waiters {
  readonly #requests = new Map<Ticket, Waiter>();
  readonly #pings = new Map<Ticket, Ping>();

  add(ticket: Ticket, waiter: Waiter): void {
    this.#requests.set(ticket, waiter);
    waiter.invocation.signal?.addEventListener('abort', waiter.onAbort);
  }

  addPing(ticket: Ticket, ping: Ping): void {
    this.#pings.set(ticket, ping);
  }

  /** It waits no more. */
  take(ticket: Ticket): Waiter | undefined {
    const waiter = this.#requests.get(ticket);
    if (waiter === undefined) return undefined;
    this.#requests.delete(ticket);
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
