/** Times by buckets of about a tenth each, from 0.1 ms to a minute: what counts of nodes are added up by. */

const leastMs = 0.1;
const ratio = 1.1;
const mostMs = 60_000;
const perLog = 1 / Math.log(ratio);
const last = Math.ceil(Math.log(mostMs / leastMs) * perLog);

/** Upper bounds in ms, the least first; one more bucket has none. */
export const figureBounds: readonly number[] = Array.from(
  { length: last + 1 },
  (_, index) => leastMs * ratio ** index,
);
export const bucketCount = last + 2;

/** The bucket of a time. */
export function bucketOf(ms: number): number {
  if (!(ms > leastMs)) return 0;
  // what lies on a bound belongs below it, also where the logarithm is a hair above
  return Math.min(Math.ceil(Math.log(ms / leastMs) * perLog - 1e-9), last + 1);
}

export function total(buckets: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < buckets.length; index++) sum += buckets[index] ?? 0;
  return sum;
}

/** The bucket in which this share of all is reached, least times first; null where there are none. */
export function quantileBucket(buckets: ArrayLike<number>, share: number): number | null {
  const wanted = total(buckets) * share;
  if (wanted === 0) return null;
  let below = 0;
  for (let index = 0; index < buckets.length; index++) {
    below += buckets[index] ?? 0;
    if (below >= wanted) return index;
  }
  return buckets.length - 1;
}

/** The quantile's upper bound, in ms. */
export function quantileMs(buckets: ArrayLike<number>, share: number): number | null {
  const bucket = quantileBucket(buckets, share);
  return bucket === null ? null : (figureBounds[bucket] ?? mostMs);
}

/** How many are in later buckets than this one. */
export function above(buckets: ArrayLike<number>, bucket: number): number {
  let sum = 0;
  for (let index = bucket + 1; index < buckets.length; index++) sum += buckets[index] ?? 0;
  return sum;
}

export function addBuckets(to: Float64Array, buckets: ArrayLike<number>): void {
  for (let index = 0; index < buckets.length; index++)
    to[index] = (to[index] ?? 0) + (buckets[index] ?? 0);
}

/** As plain data: what follows the last count is left out. */
export function trimmed(buckets: Uint32Array): readonly number[] {
  let { length } = buckets;
  while (length > 0 && buckets[length - 1] === 0) length--;
  return [...buckets.subarray(0, length)];
}
