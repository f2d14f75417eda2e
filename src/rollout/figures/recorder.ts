/**
 * What this node does for callers, counted for the comparison of releases. Times are of warm invocations that ran
 * here, by function: a node that is only far from warm sandboxes, or asked for other functions, is not slower.
 * An invocation that another node forwarded is counted there. Counting is some tens of nanoseconds a request.
 */
import type { Clock } from '../../lib/index.js';
import type { StartKind } from '../../types/index.js';
import type { FunctionFigures, NodeFigures } from '../types.js';
import { bucketCount, bucketOf, trimmed } from './buckets.js';

const functionsMax = 64;
const lagEveryMs = 100;

/** How an invocation went that ran. */
export interface Ran {
  readonly start: StartKind;
  readonly hops: number;
  readonly functionError: boolean;
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
  readonly #lag = new Uint32Array(bucketCount);
  readonly #startedMs: number;
  #lagMs = 0;
  #turnedAway = 0;
  #cancel: (() => void) | null = null;

  constructor(private readonly clock: Clock) {
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
    else if (ran.hops === 0 && ran.start === 'warm') {
      const bucket = bucketOf(ms);
      counts.warm[bucket] = (counts.warm[bucket] ?? 0) + 1;
    }
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
    return { startedMs: this.#startedMs, functions: all, lagBuckets: trimmed(this.#lag) };
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

  #sampleLag(): void {
    const nowMs = this.clock.nowMs();
    const bucket = bucketOf(nowMs - this.#lagMs - lagEveryMs);
    this.#lag[bucket] = (this.#lag[bucket] ?? 0) + 1;
    this.#lagMs = nowMs;
  }
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
