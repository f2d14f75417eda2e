/**
 * How long millions of requests took, in a few kilobytes: buckets that are equally wide within a power of two
 * and twice as wide in the next (as HdrHistogram's), so that every quantile is right to one part in 128.
 */

/** 128 buckets for each power of two. */
const bucketBits = 7;
/** Some 35 minutes: what took longer counts as this. */
const valueUsMax = 2 ** 31 - 1;

export interface LatencyMs {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export class Histogram {
  readonly #counts = new Float64Array(bucketOf(valueUsMax) + 1);
  #count = 0;
  #sumMs = 0;
  #maxMs = 0;

  add(tookMs: number): void {
    const us = Math.min(valueUsMax, Math.max(0, Math.round(tookMs * 1000)));
    const bucket = bucketOf(us);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count++;
    this.#sumMs += tookMs;
    if (tookMs > this.#maxMs) this.#maxMs = tookMs;
  }

  get count(): number {
    return this.#count;
  }

  get meanMs(): number {
    return this.#count === 0 ? 0 : this.#sumMs / this.#count;
  }

  get maxMs(): number {
    return this.#maxMs;
  }

  /** So large a share took no longer than this: the end of its bucket. Zero where nothing was added. */
  quantileMs(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return Math.min(this.#maxMs, endUsOf(bucket) / 1000);
    }
    return this.#maxMs;
  }

  get latencyMs(): LatencyMs {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => this.quantileMs(share));
    return { p50: p50 ?? 0, p95: p95 ?? 0, p99: p99 ?? 0, max: this.#maxMs };
  }
}

/** Up to 255 each microsecond has its own. */
function bucketOf(us: number): number {
  const shift = Math.max(0, 31 - Math.clz32(us) - bucketBits);
  return (shift << bucketBits) + (us >>> shift);
}

/** The longest that is counted in a bucket. */
function endUsOf(bucket: number): number {
  const shift = Math.max(0, (bucket >>> bucketBits) - 1);
  return (bucket - (shift << bucketBits) + 1) * 2 ** shift - 1;
}
