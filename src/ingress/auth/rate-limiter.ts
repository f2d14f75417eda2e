/** How often keys may ask this node: a bucket each, from which every request takes one token. Pure. */
import type { RateLimit } from './access-key.js';

interface Bucket {
  tokens: number;
  atMs: number;
}

export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  /** `bucketsMax`: at so many, those of who pauses are forgotten: a new one is full. */
  constructor(private readonly bucketsMax: number) {}

  /** 0 where the request may pass; otherwise after how many seconds one may. */
  take(id: string, { perS, burst }: RateLimit, nowMs: number): number {
    const known = this.#buckets.get(id);
    const bucket = known ?? this.#add(id, burst, nowMs);
    const gained = ((nowMs - bucket.atMs) / 1000) * perS;
    bucket.tokens = Math.min(burst, bucket.tokens + gained);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return (1 - bucket.tokens) / perS;
    bucket.tokens -= 1;
    return 0;
  }

  #add(id: string, tokens: number, atMs: number): Bucket {
    if (this.#buckets.size >= this.bucketsMax) {
      const oldest = this.#buckets.keys().next().value;
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    const bucket = { tokens, atMs };
    this.#buckets.set(id, bucket);
    return bucket;
  }
}
