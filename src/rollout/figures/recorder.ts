/**
 * What this node does for callers, counted for the comparison of releases. Times are of warm invocations: by function
 * where they ran here, and apart from these what forwards add: a node that is only far from warm sandboxes, or asked for
 * other functions, is not slower. An invocation that another node forwarded is counted there. Counting is some tens of
 * nanoseconds a request.
 *
 * The first times of a process tell of its compiler, not of its release, and are left out: every node of a new release
 * has just started.
 */
import type { Clock } from '../../lib/index.js';
import type { StartKind } from '../../types/index.js';
import type { FunctionFigures, NodeFigures } from '../types.js';
import { bucketCount, bucketOf, trimmed } from './buckets.js';

const functionsMax = 64;
const lagEveryMs = 100;
/** Left out at the beginning: warm invocations, and samples of the event loop's delay. */
const warmUp: WarmUp = { invocations: 50, samples: 50 };

export interface WarmUp {
  readonly invocations: number;
  readonly samples: number;
}

/** How an invocation went that ran. */
export interface Ran {
  readonly start: StartKind;
  readonly hops: number;
  readonly functionError: boolean;
  /** Time inside the function; absent where an answer streams. */
  readonly durationMs?: number;
}

interface Counts {
  requests: number;
  failures: number;
  functionErrors: number;
  readonly warm: Uint32Array;
  /** `requests` when it was last looked who is still asked for. */
  looked: number;
}

export class FiguresRecorder {
  readonly #functions = new Map<string, Counts>();
  readonly #others = newCounts();
  readonly #forwarded = new Uint32Array(bucketCount);
  readonly #lag = new Uint32Array(bucketCount);
  readonly #startedMs: number;
  #lagMs = 0;
  #invocationsLeftOut = 0;
  #samplesLeftOut = 0;
  #turnedAway = 0;
  #cancel: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly leaveOut: WarmUp = warmUp,
  ) {
    this.#startedMs = clock.wallMs();
  }

  start(): void {
    this.#lagMs = this.clock.nowMs();
    this.#cancel = this.clock.every(lagEveryMs, () => this.#sampleLag());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /**
   * An invocation was answered, of a stream its head; `ran` is null where it did not run, `ms` the whole time.
   * Refusals that callers cause are no failures.
   */
  answered(name: string, status: number, ran: Ran | null, ms: number): void {
    const counts = this.#functions.get(name) ?? this.#newFunction(name, ran);
    counts.requests++;
    if (ran === null) {
      // 501: what this release does not offer, as it says itself
      if (status >= 500 && status !== 501) counts.failures++;
    } else if (ran.functionError) counts.functionErrors++;
    else if (ran.start !== 'warm' || this.#leftOut()) return;
    else if (ran.hops === 0) count(counts.warm, ms);
    else if (ran.durationMs !== undefined) count(this.#forwarded, ms - ran.durationMs);
  }

  /** A stream broke off behind its head. */
  brokeOff(name: string, by: 'failures' | 'functionErrors'): void {
    (this.#functions.get(name) ?? this.#others)[by]++;
  }

  figures(): NodeFigures {
    const all: FunctionFigures[] = [];
    for (const [name, { warm, requests, failures, functionErrors }] of [
      ...this.#functions,
      ['', this.#others] as const,
    ]) {
      all.push({ name, requests, failures, functionErrors, warmBuckets: trimmed(warm) });
    }
    return {
      startedMs: this.#startedMs,
      functions: all,
      forwardedBuckets: trimmed(this.#forwarded),
      lagBuckets: trimmed(this.#lag),
    };
  }

  /** Names come from the network: only what ran has counts of its own. */
  #newFunction(name: string, ran: Ran | null): Counts {
    if (ran === null) return this.#others;
    if (this.#functions.size >= functionsMax && !this.#makeRoom()) return this.#others;
    const made = newCounts();
    this.#functions.set(name, made);
    return made;
  }

  /** Who was not asked for since it was last looked gives room; looks once in a while. */
  #makeRoom(): boolean {
    if (this.#turnedAway++ % 1000 !== 0) return false;
    for (const [name, counts] of this.#functions) {
      if (counts.looked === counts.requests) this.#functions.delete(name);
      counts.looked = counts.requests;
    }
    return this.#functions.size < functionsMax;
  }

  #leftOut(): boolean {
    if (this.#invocationsLeftOut === this.leaveOut.invocations) return false;
    this.#invocationsLeftOut++;
    return true;
  }

  #sampleLag(): void {
    const nowMs = this.clock.nowMs();
    const lagMs = nowMs - this.#lagMs - lagEveryMs;
    this.#lagMs = nowMs;
    if (this.#samplesLeftOut < this.leaveOut.samples) this.#samplesLeftOut++;
    else count(this.#lag, lagMs);
  }
}

function count(buckets: Uint32Array, ms: number): void {
  const bucket = bucketOf(ms);
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
}

function newCounts(): Counts {
  return {
    requests: 0,
    failures: 0,
    functionErrors: 0,
    warm: new Uint32Array(bucketCount),
    looked: 0,
  };
}
