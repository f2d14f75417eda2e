/**
 * The Runtime API as a state machine: what the function's runtime asks and what the node sends go in, and
 * what is to be done comes out as data. The states and their names are those of AWS's emulator:
 *
 *     Started --next--> Ready --invoke--> Running --response | error--> answering --sent--> ResponseSent
 *        \               ^                  |  ^                                               |
 *         init error     |                  +--+ next: the same invocation again               |
 *                        +-------------------------------------------------------------- next -+
 *
 * An invocation may come before the runtime asks for it: it is kept, one at most.
 */
import type { InvokeHead } from '../../../wire/index.js';
import { type HttpAnswer, invalidRequestId, invalidTransition, refusal } from './answers.js';

export type State =
  | 'Started'
  | 'InitError'
  | 'Ready'
  | 'Running'
  | 'InvocationResponse'
  | 'InvocationErrorResponse'
  | 'RuntimeResponseSentState';

export interface Invocation {
  readonly stream: number;
  readonly head: InvokeHead;
  readonly payload: Uint8Array;
}

export type Effect<Waiter> =
  /** Tell the node that the function is initialised. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'deliver'; readonly waiter: Waiter; readonly invocation: Invocation }
  | { readonly kind: 'refuse'; readonly waiter: Waiter; readonly answer: HttpAnswer };

/** Requests for `next` that may wait at the same time: a runtime has one, or one per thread. */
const waitersMax = 64;
const none: readonly never[] = [];

export class RuntimeCore<Waiter> {
  #state: State = 'Started';
  #waiters: Waiter[] = [];
  /** What the node has sent last, until it is answered. */
  #invocation: Invocation | null = null;
  #deliveredId: string | null = null;

  get state(): State {
    return this.#state;
  }

  /** The invocation that has no answer yet. */
  get invocation(): Invocation | null {
    return this.#invocation;
  }

  /** The answer to the invocation is on its way in. */
  get answering(): boolean {
    return this.#state === 'InvocationResponse' || this.#state === 'InvocationErrorResponse';
  }

  /**
   * The runtime asks for an invocation, and waits as long as it takes. `again`: who got the last one has gone
   * or is asking itself, and gets the same until it is answered; anybody else waits for another.
   */
  next(waiter: Waiter, again: boolean): readonly Effect<Waiter>[] {
    switch (this.#state) {
      case 'Started':
        this.#state = 'Ready';
        this.#waiters.push(waiter);
        return [{ kind: 'ready' }, ...this.#deliver()];
      case 'Running':
        if (again && this.#invocation !== null) {
          return [{ kind: 'deliver', waiter, invocation: this.#invocation }];
        }
        return this.#wait(waiter);
      case 'Ready':
      case 'InvocationResponse':
      case 'InvocationErrorResponse':
      case 'RuntimeResponseSentState':
        // a client may ask on the same connection before it has been told that its answer was taken
        if (!this.answering) this.#state = 'Ready';
        return this.#wait(waiter);
      case 'InitError':
        return [{ kind: 'refuse', waiter, answer: invalidTransition(this.#state, 'Ready') }];
    }
  }

  /** A connection has gone, and who waited on it. */
  leave(isGone: (waiter: Waiter) => boolean): void {
    this.#waiters = this.#waiters.filter((waiter) => !isGone(waiter));
  }

  /** From the node, one at a time. */
  invoke(invocation: Invocation): readonly Effect<Waiter>[] {
    this.#invocation = invocation;
    return this.#deliver();
  }

  /** `POST .../response`: null where its body is to be read as the answer. */
  beginResponse(requestId: string): HttpAnswer | null {
    return this.#begin(requestId, 'InvocationResponse');
  }

  /** `POST .../error`: null where its body is to be read as the error. */
  beginError(requestId: string): HttpAnswer | null {
    return this.#begin(requestId, 'InvocationErrorResponse');
  }

  /** The answer, whatever came of it, is with the node. */
  answered(): void {
    this.#state = this.#waiters.length > 0 ? 'Ready' : 'RuntimeResponseSentState';
    this.#invocation = null;
  }

  /** `POST /runtime/init/error`: null where it is to be told to the node. */
  initError(): HttpAnswer | null {
    if (this.#state !== 'Started') return invalidTransition(this.#state, 'InitError');
    this.#state = 'InitError';
    return null;
  }

  #wait(waiter: Waiter): readonly Effect<Waiter>[] {
    if (this.#waiters.length >= waitersMax) return [tooMany(waiter)];
    this.#waiters.push(waiter);
    return this.#deliver();
  }

  #deliver(): readonly Effect<Waiter>[] {
    const invocation = this.#invocation;
    if (this.#state !== 'Ready' || invocation === null) return none;
    const waiter = this.#waiters.shift();
    if (waiter === undefined) return none;
    this.#state = 'Running';
    this.#deliveredId = invocation.head.requestId;
    return [{ kind: 'deliver', waiter, invocation }];
  }

  #begin(requestId: string, to: State): HttpAnswer | null {
    if (requestId !== this.#deliveredId) return invalidRequestId;
    // a second answer to the same invocation
    if (this.#state !== 'Running') return invalidTransition(this.#state, to);
    this.#state = to;
    return null;
  }
}

function tooMany<Waiter>(waiter: Waiter): Effect<Waiter> {
  const message = `More than ${waitersMax} requests wait for the next invocation.`;
  return { kind: 'refuse', waiter, answer: refusal(403, 'TooManyWaiters', message) };
}
