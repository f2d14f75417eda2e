/**
 * What an execution did, state by state, read out of its history. An event tells by `previousEventId` where it
 * belongs; where that says nothing (AWS writes 0 in places) the newest open visit of the state that is named is
 * meant. Pure, and content with half a history: an execution may still run.
 */
import type { HistoryEvent, ItemCounts } from './states-pages.js';

export type VisitStatus = 'running' | 'succeeded' | 'caught' | 'failed' | 'timed out' | 'aborted';

/** One time that a state was entered. */
export interface Visit {
  readonly name: string;
  /** `Task`, `Map` and so on. */
  readonly type: string;
  /** The Map or Parallel that it stands in. */
  readonly container: Visit | null;
  /** Of the item, inside of a Map. */
  readonly index: number | null;
  /** The state that led to it; null where it is the first of its graph. */
  readonly previous: Visit | null;
  readonly enteredMs: number;
  exitedMs: number | null;
  status: VisitStatus;
  /** How often its work was begun; 0 where there is none, as in a Pass. */
  attempts: number;
  readonly input: string | null;
  output: string | null;
  /** The last one that nothing has made good. */
  error: string | null;
  cause: string | null;
  /** Of a Map. */
  readonly items: { begun: number; succeeded: number; failed: number };
}

export interface Story {
  readonly visits: readonly Visit[];
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  readonly status: string;
}

/** Where an event stands: what comes after it goes on from there. */
interface Spot {
  readonly visit: Visit | null;
  /** Where a state is that is entered next. */
  readonly container: Visit | null;
  readonly index: number | null;
}

const nowhere: Spot = { visit: null, container: null, index: null };
const endings: Readonly<Record<string, string>> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionAborted: 'ABORTED',
  ExecutionTimedOut: 'TIMED_OUT',
};

export function storyOf(events: readonly HistoryEvent[]): Story {
  return new Reader().read(events);
}

/** `Outer[3] / Inner`: as the table and the log name it. */
export function placeOf(visit: Visit): string {
  const { container, index, name } = visit;
  if (container === null) return name;
  return `${placeOf(container)}${index === null ? '' : `[${index}]`} / ${name}`;
}

class Reader {
  readonly #visits: Visit[] = [];
  readonly #spots = new Map<number, Spot>();
  #startedMs: number | null = null;
  #endedMs: number | null = null;
  #status = 'RUNNING';

  read(events: readonly HistoryEvent[]): Story {
    for (const event of events) this.#spots.set(event.id, this.#spotOf(event));
    if (this.#status !== 'RUNNING') this.#close(null, this.#endedMs ?? 0, this.#status);
    return {
      visits: this.#visits,
      startedMs: this.#startedMs,
      endedMs: this.#endedMs,
      status: this.#status,
    };
  }

  #spotOf(event: HistoryEvent): Spot {
    const { type } = event;
    const before = this.#spots.get(event.previousEventId) ?? nowhere;
    if (type.startsWith('Execution')) return this.#execution(event, before);
    if (type.endsWith('StateEntered')) return this.#enter(event, before);
    if (type.endsWith('StateExited')) return this.#exit(event, before);
    if (type.startsWith('MapRun')) return this.#mapRun(event, before);
    if (type.startsWith('MapIteration')) return this.#iteration(event, before);
    if (/^(Map|Parallel)State/.test(type)) return this.#container(event, before);
    return this.#work(event, before);
  }

  #execution(event: HistoryEvent, before: Spot): Spot {
    const { type, timestamp } = event;
    if (type === 'ExecutionStarted') this.#startedMs = timestamp * 1000;
    const status = endings[type];
    this.#status = status ?? 'RUNNING';
    this.#endedMs = status === undefined ? null : timestamp * 1000;
    if (type === 'ExecutionFailed') this.#blame(event, before);
    return nowhere;
  }

  /** A state that cannot be evaluated leaves no event of its own: what it failed with is that of the execution. */
  #blame(event: HistoryEvent, before: Spot): void {
    const isOpen = (one: Visit): boolean => one.exitedMs === null;
    const visit = before.visit === null ? this.#open(isOpen) : climb(before.visit, isOpen);
    // what holds others does not tell in its own events what it failed with
    const isHolder = visit !== null && /^(Map|Parallel)$/.test(visit.type);
    if (visit === null || (visit.error !== null && !isHolder)) return;
    const { error, cause } = detailsOf(event);
    visit.error = text(error) ?? 'failed';
    visit.cause = text(cause);
  }

  #enter(event: HistoryEvent, { visit: previous, container, index }: Spot): Spot {
    const details = detailsOf(event);
    const visit: Visit = {
      name: text(details.name) ?? '?',
      type: event.type.slice(0, -'StateEntered'.length),
      container,
      index,
      previous: previous === container ? null : previous,
      enteredMs: event.timestamp * 1000,
      exitedMs: null,
      status: 'running',
      attempts: 0,
      input: text(details.input),
      output: null,
      error: null,
      cause: null,
      items: { begun: 0, succeeded: 0, failed: 0 },
    };
    this.#visits.push(visit);
    return { visit, container, index };
  }

  #exit(event: HistoryEvent, before: Spot): Spot {
    const details = detailsOf(event);
    const name = text(details.name);
    const visit = climb(before.visit, (one) => one.name === name && one.exitedMs === null);
    const found = visit ?? this.#open((one) => one.name === name);
    if (found === null) return before;
    found.exitedMs = event.timestamp * 1000;
    found.status = found.error === null ? 'succeeded' : 'caught';
    found.output = text(details.output);
    if (/^(Map|Parallel)$/.test(found.type)) this.#close(found, found.exitedMs, found.status);
    return { visit: found, container: found.container, index: found.index };
  }

  #iteration(event: HistoryEvent, before: Spot): Spot {
    const { name, index } = detailsOf(event);
    const map = this.#near(before, (one) => one.type === 'Map' && (!name || one.name === name));
    if (map === null) return before;
    if (event.type === 'MapIterationStarted') map.items.begun += 1;
    if (event.type === 'MapIterationSucceeded') map.items.succeeded += 1;
    if (event.type === 'MapIterationFailed') map.items.failed += 1;
    return { visit: map, container: map, index: typeof index === 'number' ? index : null };
  }

  /** Its items have histories of their own; who has asked for their number puts it there (`withItemCounts`). */
  #mapRun(event: HistoryEvent, before: Spot): Spot {
    const map = this.#near(before, ({ type }) => type === 'Map');
    if (map === null) return before;
    const { itemCounts } = event;
    if (isCounts(itemCounts)) {
      const { total, succeeded, failed } = itemCounts;
      Object.assign(map.items, { begun: total, succeeded, failed });
    }
    if (event.type === 'MapRunFailed') this.#work(event, before);
    return { visit: map, container: map.container, index: map.index };
  }

  #container(event: HistoryEvent, before: Spot): Spot {
    const type = event.type.startsWith('Map') ? 'Map' : 'Parallel';
    const found = this.#near(before, (one) => one.type === type);
    if (found === null) return before;
    if (event.type.endsWith('Started')) {
      found.attempts += 1;
      found.error = null;
      found.items.begun = found.items.succeeded = found.items.failed = 0;
    }
    if (event.type.endsWith('Failed')) found.error ??= 'States.TaskFailed';
    return { visit: found, container: found, index: null };
  }

  /** Of a task, an evaluation, a wait that was broken off. */
  #work(event: HistoryEvent, before: Spot): Spot {
    const details = detailsOf(event);
    const named = text(details.state);
    const visit =
      named === null
        ? this.#near(before, (one) => one.exitedMs === null)
        : this.#open((one) => one.name === named);
    if (visit === null) return before;
    if (event.type.endsWith('Scheduled')) visit.attempts += 1;
    if (event.type.endsWith('Succeeded')) visit.error = null;
    if (/(Failed|TimedOut)$/.test(event.type)) {
      const fallback = event.type.endsWith('TimedOut') ? 'States.Timeout' : 'failed';
      visit.error = text(details.error) ?? fallback;
      visit.cause = text(details.cause);
    }
    return { visit, container: visit.container, index: visit.index };
  }

  /** The visit of an event or one around it, else the newest that is open. */
  #near(before: Spot, matches: (visit: Visit) => boolean): Visit | null {
    return climb(before.visit, matches) ?? this.#open(matches);
  }

  #open(matches: (visit: Visit) => boolean): Visit | null {
    for (let at = this.#visits.length - 1; at >= 0; at--) {
      const visit = this.#visits[at];
      if (visit !== undefined && visit.exitedMs === null && matches(visit)) return visit;
    }
    return null;
  }

  /** What is still open inside of `outer` (null: anywhere) when that has ended. */
  #close(outer: Visit | null, atMs: number, how: string): void {
    const inside = this.#visits.filter(
      (visit) =>
        visit.exitedMs === null &&
        visit.status === 'running' &&
        (outer === null || isWithin(visit, outer)),
    );
    for (const visit of inside) {
      const failed = visit.error !== null || visit.type === 'Fail';
      visit.status = failed ? 'failed' : how === 'TIMED_OUT' ? 'timed out' : 'aborted';
    }
    // whatever holds a failed one has failed with it, where nobody caught that
    for (const visit of inside) {
      if (visit.status !== 'failed') continue;
      for (let around = visit.container; around !== null; around = around.container) {
        if (inside.includes(around)) around.status = 'failed';
      }
    }
    for (const visit of inside) visit.exitedMs = atMs;
  }
}

function climb(visit: Visit | null, matches: (visit: Visit) => boolean): Visit | null {
  for (let at = visit; at !== null; at = at.container) if (matches(at)) return at;
  return null;
}

function isWithin(visit: Visit, outer: Visit): boolean {
  return visit.container !== null && climb(visit.container, (one) => one === outer) !== null;
}

/** The events with the numbers of items beside each begin of a map run. */
export async function withItemCounts(
  events: readonly HistoryEvent[],
  countsOf: (mapRunArn: string) => Promise<ItemCounts>,
): Promise<HistoryEvent[]> {
  const counted: HistoryEvent[] = [];
  for (const event of events) {
    const begun = /^MapRun(Started|Redriven)$/.test(event.type) ? detailsOf(event) : {};
    const arn = text(begun.mapRunArn);
    counted.push(arn === null ? event : { ...event, itemCounts: await countsOf(arn) });
  }
  return counted;
}

function isCounts(value: unknown): value is ItemCounts {
  return typeof value === 'object' && value !== null && 'total' in value;
}

/** Each type has a member of its own for them. */
export function detailsOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  for (const [name, value] of Object.entries(event)) {
    if (!name.endsWith('EventDetails') || typeof value !== 'object' || value === null) continue;
    return value as Readonly<Record<string, unknown>>;
  }
  return {};
}

export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
