/** A list of times, shortly. */
import { quantile } from '../harness/quantiles.js';

/** `p50 1.2  p99 3.4  max 5.6 ms` */
export function spread(values: readonly number[]): string {
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => quantile(values, share).toFixed(1));
  return `p50 ${p50}  p99 ${p99}  max ${max} ms`;
}
