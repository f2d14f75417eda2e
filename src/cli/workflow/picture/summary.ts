/** What is told of each state of a graph, out of all visits that it had. */
import type { Story, Visit, VisitStatus } from '../visits.js';
import { keyOf } from './graph.js';

export interface Summary {
  readonly status: VisitStatus;
  readonly visits: number;
  readonly attempts: number;
  /** Of the longest visit that has ended; null where none has. */
  readonly tookMs: number | null;
  readonly last: Visit;
}

export interface Summaries {
  readonly states: ReadonlyMap<string, Summary>;
  /** The ways that were gone, as `wayOf` names them. */
  readonly ways: ReadonlySet<string>;
}

/** What is the worst of several is told first. */
const worst: readonly VisitStatus[] = [
  'failed',
  'timed out',
  'running',
  'aborted',
  'caught',
  'succeeded',
];

export function wayOf(from: string, to: string, isCaught: boolean): string {
  return `${from}\n\n${to}\n\n${isCaught}`;
}

export function summariesOf({ visits }: Story): Summaries {
  const keys = new Map<Visit, string>();
  const visitsOf = new Map<string, Visit[]>();
  const ways = new Set<string>();
  for (const visit of visits) {
    const { container, previous, name } = visit;
    const key = keyOf(container === null ? null : (keys.get(container) ?? null), name);
    keys.set(visit, key);
    const list = visitsOf.get(key) ?? [];
    list.push(visit);
    visitsOf.set(key, list);
    if (previous === null) continue;
    ways.add(wayOf(keys.get(previous) ?? '', key, previous.status === 'caught'));
  }
  const states = new Map([...visitsOf].map(([key, list]) => [key, summaryOf(list)]));
  return { states, ways };
}

function summaryOf(visits: readonly Visit[]): Summary {
  const last = visits.at(-1) as Visit;
  // of a loop the last turn counts, of items each
  const latest = new Map<number | null, Visit>();
  for (const visit of visits) {
    if (visit.container === last.container) latest.set(visit.index, visit);
  }
  const found = new Set([...latest.values()].map(({ status }) => status));
  const ended = visits.filter(({ exitedMs }) => exitedMs !== null);
  const times = ended.map(({ enteredMs, exitedMs }) => (exitedMs ?? enteredMs) - enteredMs);
  return {
    status: worst.find((status) => found.has(status)) ?? 'running',
    visits: visits.length,
    attempts: Math.max(...visits.map(({ attempts }) => attempts)),
    tookMs: times.length === 0 ? null : Math.max(...times),
    last,
  };
}
