/**
 * Asks the control thread who holds a function warm. All requests that want to know the same share one
 * question, and none waits longer than a short deadline: no answer is as good as "nobody", for then the
 * request runs here. What is answered goes into the cache.
 */
import { type Clock, DeadlineQueue, SingleFlight } from '../lib/index.js';
import {
  type Cancelled,
  type FunctionKey,
  HearthError,
  type Holder,
  limits,
} from '../types/index.js';
import type { RoutingCounts } from './counters.js';
import { lookupDeadlineMs } from './parameters.js';
import type { WarmCache } from './warm-cache.js';

export interface LookupsDeps {
  readonly clock: Clock;
  readonly cache: WarmCache;
  readonly counters: RoutingCounts;
  /** Null where nobody answered. */
  readonly lookup: (key: FunctionKey) => Promise<readonly Holder[] | null>;
}

type Answer = readonly Holder[] | null;

export class Lookups {
  readonly #flights = new SingleFlight<readonly Holder[]>();
  readonly #deadlines: DeadlineQueue;
  /** Questions that the control thread has not answered, those included that nobody waits for any more. */
  #pending = 0;

  constructor(private readonly deps: LookupsDeps) {
    this.#deadlines = new DeadlineQueue(deps.clock);
  }

  /** Empty where nobody holds it or nobody answers. Rejects only when `signal` is aborted. */
  ask(key: FunctionKey, signal: Cancelled | undefined): Promise<readonly Holder[]> {
    const flight = this.#flights.run(key, () => this.#fly(key));
    return signal === undefined ? flight : unlessAborted(flight, signal);
  }

  async #fly(key: FunctionKey): Promise<readonly Holder[]> {
    const { cache, clock, counters } = this.deps;
    if (this.#pending >= limits.lookupsPendingMax) {
      counters.lookups.refused++;
      return [];
    }
    counters.lookups.asked++;
    const askedMs = clock.nowMs();
    const answer = await this.#inTime(this.#lookup(key));
    counters.lookupTimes.add(clock.nowMs() - askedMs);
    if (answer === null) counters.lookups.unanswered++;
    return cache.put(key, answer ?? []);
  }

  async #lookup(key: FunctionKey): Promise<Answer> {
    this.#pending++;
    try {
      return await this.deps.lookup(key);
    } catch {
      // no failure of a lookup fails a request
      return null;
    } finally {
      this.#pending--;
    }
  }

  #inTime(answering: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve) => {
      const atMs = this.deps.clock.nowMs() + lookupDeadlineMs;
      const deadline = this.#deadlines.add(atMs, () => resolve(null));
      void answering.then((answer) => {
        this.#deadlines.remove(deadline);
        resolve(answer);
      });
    });
  }
}

/** What a request is told that its caller no longer waits for. */
export function callerGone(): HearthError {
  return new HearthError(
    'caller-gone',
    'The caller went away before the request was run anywhere.',
  );
}

function unlessAborted<Value>(waiting: Promise<Value>, signal: Cancelled): Promise<Value> {
  if (signal.aborted) return Promise.reject(callerGone());
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(callerGone());
    signal.addEventListener('abort', onAbort);
    void waiting.then((value) => {
      signal.removeEventListener('abort', onAbort);
      resolve(value);
    }, reject);
  });
}
