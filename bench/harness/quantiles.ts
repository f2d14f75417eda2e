/** What a list of measurements comes to. */

/** The smallest value that at least this share of all values does not exceed; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Median, 99th percentile and maximum, in whole milliseconds. */
export function columns(values: readonly number[]): string[] {
  return [0.5, 0.99, 1].map((share) => String(Math.round(quantile(values, share))));
}
