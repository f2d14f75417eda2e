/** What the nodes of one release did, added up. */
import type { NodeFigures, SideFigures } from '../types.js';
import { addBuckets, bucketCount, quantileMs, total } from './buckets.js';

export interface FunctionSums {
  requests: number;
  failures: number;
  functionErrors: number;
  readonly warm: Float64Array;
}

export class Side {
  readonly functions = new Map<string, FunctionSums>();
  readonly forwarded = new Float64Array(bucketCount);
  readonly lag = new Float64Array(bucketCount);

  add({ functions, forwardedBuckets, lagBuckets }: NodeFigures): void {
    for (const { name, requests, failures, functionErrors, warmBuckets } of functions) {
      let sums = this.functions.get(name);
      if (sums === undefined) {
        sums = { requests: 0, failures: 0, functionErrors: 0, warm: new Float64Array(bucketCount) };
        this.functions.set(name, sums);
      }
      sums.requests += requests;
      sums.failures += failures;
      sums.functionErrors += functionErrors;
      addBuckets(sums.warm, warmBuckets);
    }
    addBuckets(this.forwarded, forwardedBuckets);
    addBuckets(this.lag, lagBuckets);
  }

  get requests(): number {
    return this.#sum('requests');
  }

  /** For people: of all functions together. */
  figures(nodes: number): SideFigures {
    const warm = new Float64Array(bucketCount);
    for (const sums of this.functions.values()) addBuckets(warm, sums.warm);
    return {
      nodes,
      requests: this.requests,
      failures: this.#sum('failures'),
      functionErrors: this.#sum('functionErrors'),
      medianMs: quantileMs(warm, 0.5),
      p99Ms: quantileMs(warm, 0.99),
      lagP99Ms: quantileMs(this.lag, 0.99),
    };
  }

  /** Invocations whose time is known. */
  get timed(): number {
    let sum = total(this.forwarded);
    for (const { warm } of this.functions.values()) sum += total(warm);
    return sum;
  }

  #sum(what: 'requests' | 'failures' | 'functionErrors'): number {
    let sum = 0;
    for (const sums of this.functions.values()) sum += sums[what];
    return sum;
  }
}
