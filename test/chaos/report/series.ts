/** A run as numbers over time: what succeeded and failed in each moment, and how long answers took. */
import { quantile } from '../checks/quantile.js';
import { isDone, isSynchronous, latencyMs } from '../checks/requests.js';
import type { LoadRecord, RequestRecord } from '../records.js';

export interface RateBucket {
  /** Since the load began. */
  readonly fromMs: number;
  readonly done: number;
  readonly failed: number;
}

export interface LatencyBucket {
  /** Since the load began. */
  readonly fromMs: number;
  readonly medianMs: number;
  readonly slowMs: number;
}

export interface Series {
  /** How long the load lasted. */
  readonly lastsMs: number;
  readonly rateEveryMs: number;
  /** Synchronous requests, by when they ended. */
  readonly rates: readonly RateBucket[];
  readonly latencyEveryMs: number;
  /** Median and 99th percentile of those that succeeded, by when they were due; nothing where none did. */
  readonly latencies: readonly LatencyBucket[];
}

/** Widths that people can count in, and how long a run each is for. */
const rateWidths: readonly (readonly [untilMs: number, everyMs: number])[] = [
  [2 * 60_000, 250],
  [5 * 60_000, 500],
  [10 * 60_000, 1000],
  [20 * 60_000, 2000],
];
const rateEveryMaxMs = 5000;
/** A 99th percentile needs some hundred requests. */
const latencyEveryMinMs = 2000;

export function seriesOf(load: LoadRecord): Series {
  const { beganMs, requests } = load;
  const synchronous = requests.filter(isSynchronous);
  // what is sent ends the picture, not how long the cluster was asked about it afterwards
  let lastMs = beganMs + 1;
  for (const { endMs } of synchronous) lastMs = Math.max(lastMs, endMs);
  const lastsMs = lastMs - beganMs;
  const rateEveryMs = rateWidths.find(([untilMs]) => lastsMs <= untilMs)?.[1] ?? rateEveryMaxMs;
  const latencyEveryMs = Math.max(latencyEveryMinMs, rateEveryMs);
  return {
    lastsMs,
    rateEveryMs,
    rates: ratesOf(synchronous, beganMs, lastsMs, rateEveryMs),
    latencyEveryMs,
    latencies: latenciesOf(synchronous, beganMs, latencyEveryMs),
  };
}

function ratesOf(
  requests: readonly RequestRecord[],
  beganMs: number,
  lastsMs: number,
  everyMs: number,
): RateBucket[] {
  const count = Math.max(1, Math.ceil(lastsMs / everyMs));
  const buckets = Array.from({ length: count }, (_, index) => {
    return { fromMs: index * everyMs, done: 0, failed: 0 };
  });
  for (const request of requests) {
    const index = Math.min(count - 1, Math.floor((request.endMs - beganMs) / everyMs));
    const bucket = buckets[Math.max(0, index)];
    if (bucket === undefined) continue;
    if (isDone(request)) bucket.done++;
    else bucket.failed++;
  }
  return buckets;
}

function latenciesOf(
  requests: readonly RequestRecord[],
  beganMs: number,
  everyMs: number,
): LatencyBucket[] {
  const took = new Map<number, number[]>();
  for (const request of requests) {
    if (!isDone(request)) continue;
    const index = Math.max(0, Math.floor((request.dueMs - beganMs) / everyMs));
    const known = took.get(index);
    if (known === undefined) took.set(index, [latencyMs(request)]);
    else known.push(latencyMs(request));
  }
  return [...took]
    .sort(([one], [other]) => one - other)
    .map(([index, times]) => ({
      fromMs: index * everyMs,
      medianMs: quantile(times, 0.5) ?? 0,
      slowMs: quantile(times, 0.99) ?? 0,
    }));
}
