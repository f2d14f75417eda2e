/**
 * What must not be worse on new nodes, each as events among requests: what counts as one on a new node is rarer than what
 * counts on an old one by what is tolerated, so that where nothing is worse, new events have no larger share.
 */
import { above, bucketOf, figureBounds, quantileBucket, total } from './buckets.js';
import type { Pair } from './evidence.js';
import type { FunctionSums, Side } from './side.js';

export interface Rule {
  /** What an event is, for people. */
  readonly text: string;
  /** So many slices of time must show it. */
  readonly slicesMin: number;
  /** A share that is larger by this is nobody's concern. */
  readonly margin: number;
  /** Of one slice. */
  pairs(slice: Sides, known: Known): readonly Pair[];
}

export interface Sides {
  readonly old: Side;
  readonly new: Side;
}

/** What old nodes did before a slice, by which it is judged. */
export interface Known {
  /** Since the watch began. */
  readonly watched: Side;
  /** Since they were started, for as long as too little was watched. */
  readonly before: Side;
}

interface Quantile {
  readonly share: number;
  /** New times may be so many times the old ones, and differ by so much in any case. */
  readonly times: number;
  readonly plusMs: number;
  /** Old times that must be known. */
  readonly samplesMin: number;
}

const p99: Quantile = { share: 0.99, times: 1.2, plusMs: 2, samplesMin: 100 };
const median: Quantile = { share: 0.5, times: 1.2, plusMs: 0.5, samplesMin: 20 };
/** Not the median: a tenth of the forwards of old nodes may go as far as all of a new one. */
const p90: Quantile = { share: 0.9, times: 1.2, plusMs: 2, samplesMin: 50 };
const lagP99: Quantile = { share: 0.99, times: 1.5, plusMs: 20, samplesMin: 50 };
const errorMargin = 0.001;
const errorSlices = 3;
/** Requests of old nodes that are gone, for each new one. */
const pastShare = 4;
const timeSlices = 5;

export const rules: readonly Rule[] = [
  {
    text: 'invocations that Hearth failed',
    slicesMin: errorSlices,
    margin: errorMargin,
    pairs: (slice, known) => [
      ...countPairs(slice, 'failures'),
      ...(slice.old.functions.size === 0 ? pastPairs(slice.new, known.watched) : []),
    ],
  },
  {
    text: 'invocations in which the function failed',
    slicesMin: errorSlices,
    margin: errorMargin,
    pairs: (slice) => countPairs(slice, 'functionErrors'),
  },
  {
    text: 'warm invocations slower than the 99th percentile on old nodes',
    slicesMin: timeSlices,
    margin: 0,
    pairs: (slice, known) => warmPairs(slice, known, p99),
  },
  {
    text: 'warm invocations slower than the median on old nodes',
    slicesMin: timeSlices,
    margin: 0,
    pairs: (slice, known) => warmPairs(slice, known, median),
  },
  {
    text: 'forwards slower than the 90th percentile on old nodes',
    slicesMin: timeSlices,
    margin: 0,
    pairs: (slice, known) => timePairs(slice, known, (side) => side.forwarded, p90),
  },
  {
    text: 'ticks of the event loop later than the 99th percentile on old nodes',
    slicesMin: timeSlices,
    margin: 0,
    pairs: (slice, known) => timePairs(slice, known, (side) => side.lag, lagP99),
  },
];

function countPairs({ old, new: fresh }: Sides, events: 'failures' | 'functionErrors'): Pair[] {
  return perFunction(old, fresh, (then, now) => [
    {
      newRequests: now.requests,
      newEvents: now[events],
      oldRequests: then.requests,
      oldEvents: then[events],
    },
  ]);
}

/** Old nodes that are gone are taken to go on failing as they did, which what functions do need not. */
function pastPairs(fresh: Side, known: Side): Pair[] {
  return perFunction(known, fresh, (then, now) => {
    const oldRequests = pastShare * now.requests;
    const failed = (then.failures + 1) / (then.requests + 1);
    return [
      {
        newRequests: now.requests,
        newEvents: now.failures,
        oldRequests,
        oldEvents: failed * oldRequests,
      },
    ];
  });
}

function warmPairs(slice: Sides, known: Known, quantile: Quantile): Pair[] {
  // under the empty name are all kinds of functions
  return perFunction(slice.old, slice.new, (_then, _now, name) =>
    name === ''
      ? []
      : timePairs(slice, known, (side) => side.functions.get(name)?.warm ?? none, quantile),
  );
}

function timePairs(
  slice: Sides,
  { watched, before }: Known,
  of: (side: Side) => Float64Array,
  { share, times, plusMs, samplesMin }: Quantile,
): Pair[] {
  const [old, fresh] = [of(slice.old), of(slice.new)];
  const known = [of(watched), of(before)].find((buckets) => total(buckets) >= samplesMin);
  if (known === undefined) return [];
  const bucket = quantileBucket(known, share) ?? 0;
  const boundMs = figureBounds[bucket] ?? Number.POSITIVE_INFINITY;
  const tolerated = bucketOf(Math.max(boundMs * times, boundMs + plusMs));
  return [
    {
      newRequests: total(fresh),
      newEvents: above(fresh, tolerated),
      oldRequests: total(old),
      oldEvents: above(old, bucket),
    },
  ];
}

const none = new Float64Array(0);

/** Of functions that both sides were asked for. */
function perFunction(
  old: Side,
  fresh: Side,
  pairs: (old: FunctionSums, fresh: FunctionSums, name: string) => Pair[],
): Pair[] {
  return [...fresh.functions].flatMap(([name, now]) => {
    const then = old.functions.get(name);
    return then === undefined ? [] : pairs(then, now, name);
  });
}
