/** What routing counts, for metrics and tests: each request by the way it took, and each lookup. */
import { type TimeFigures, TimeHistogram } from '../lib/index.js';

/**
 * `here-warm`: an idle sandbox here. `here-cold`: nobody else had one, or nobody was asked. `here-busy`,
 * `here-stale`, `here-unreachable`: another node was to run it and was busy, had it no more, or did not
 * answer. `forwarded`: another took it. `forward-lost`: another may have run it; nobody knows. `placed`: nobody had
 * one, and it was started where its code belongs. `placed-busy`, `placed-stale`, `placed-unreachable`: that node had
 * no room, did not know the function, or did not answer, and it was started here. `reserved`: refused, because all
 * that is reserved for the function is in use.
 */
export const ways = [
  'here-warm',
  'here-cold',
  'here-busy',
  'here-stale',
  'here-unreachable',
  'forwarded',
  'forward-lost',
  'placed',
  'placed-busy',
  'placed-stale',
  'placed-unreachable',
  'reserved',
] as const;

export type Way = (typeof ways)[number];

/**
 * `hit` and `nobody`: answered from memory, with holders or with the news that there are none. `asked`:
 * the control thread was asked; `unanswered`: of these, it did not answer or nobody answered it.
 * `refused`: too many were under way.
 */
export const lookupResults = ['hit', 'nobody', 'asked', 'unanswered', 'refused'] as const;

export type LookupResult = (typeof lookupResults)[number];

/** Upper bounds in seconds: an answer takes a fraction of a millisecond, and is not waited for after 50 ms. */
export const lookupBounds = [
  0.0002, 0.0003, 0.0004, 0.0006, 0.0008, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05,
];

export interface RoutingCounters {
  readonly ways: Record<Way, number>;
  readonly lookups: Record<LookupResult, number>;
  /** Times that a function became hot here and a sandbox was wanted for it. */
  prewarms: number;
  /** How long requests waited for what was `asked`, by `lookupBounds`. */
  readonly lookupTimes: TimeFigures;
}

export interface RoutingCounts extends RoutingCounters {
  readonly lookupTimes: TimeHistogram;
}

export function newCounters(): RoutingCounts {
  const lookupTimes = new TimeHistogram(lookupBounds);
  return { ways: zeros(ways), lookups: zeros(lookupResults), prewarms: 0, lookupTimes };
}

export function copyCounters(counters: RoutingCounts): RoutingCounters {
  return {
    ...counters,
    ways: { ...counters.ways },
    lookups: { ...counters.lookups },
    lookupTimes: counters.lookupTimes.figures(),
  };
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
