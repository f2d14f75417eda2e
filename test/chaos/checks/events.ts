/** Asynchronous invocations: what was accepted has run, has ended well, and was told where it should be. */
import type { LedgerEntry, RequestRecord, RunRecord } from '../records.js';
import { describe } from './requests.js';
import { counted, percent, resultOf } from './result.js';
import type { CheckResult } from './types.js';

/** What came of the accepted events, in numbers. */
export interface EventFigures {
  readonly accepted: readonly RequestRecord[];
  readonly ran: number;
  /** Ran more than once: allowed, for they are run at least once. */
  readonly doubled: number;
}

export function eventFiguresOf({ load }: RunRecord): EventFigures {
  const accepted = load.requests.filter(({ kind, status }) => kind === 'event' && status === 202);
  const runs = runsById(load.ledger);
  const timesRun = accepted.map(({ id }) => runs.get(id) ?? 0);
  return {
    accepted,
    ran: timesRun.filter((times) => times > 0).length,
    doubled: timesRun.filter((times) => times > 1).length,
  };
}

/** How often each id has begun to run. */
export function runsById(ledger: readonly LedgerEntry[]): Map<string, number> {
  const runs = new Map<string, number>();
  for (const { id } of ledger) runs.set(id, (runs.get(id) ?? 0) + 1);
  return runs;
}

export function eventsAreNotLost(record: RunRecord): CheckResult {
  const { load } = record;
  const { accepted, ran, doubled } = eventFiguresOf(record);
  const runs = runsById(load.ledger);
  const statuses = new Map(load.outcomes.map(({ id, status }) => [id, status]));
  const broken: string[] = [];
  let ended = 0;
  for (const request of accepted) {
    const status = statuses.get(request.id) ?? null;
    if (status === 'done') ended++;
    const hasRun = runs.has(request.id);
    if (hasRun && status === 'done') continue;
    const told = status === null ? 'no node knows of it' : `it is ${status}`;
    const how = `${hasRun ? 'ran' : 'never ran'}, and ${told} in the end`;
    broken.push(`${how}: ${describe(request, load.beganMs)}`);
  }
  const share = accepted.length === 0 ? 0 : doubled / accepted.length;
  return resultOf({
    id: 'events-are-not-lost',
    title: 'Every asynchronous invocation that was accepted has run and has ended well',
    counted: accepted.length,
    nothing: 'no asynchronous invocation was accepted',
    broken,
    measured:
      `${counted(accepted.length, 'event')} accepted, ${ran.toLocaleString('en')} ran, ` +
      `${ended.toLocaleString('en')} ended well; ${doubled} ran more than once (${percent(share, 3)})`,
  });
}

export function outcomesAreDelivered(record: RunRecord): CheckResult {
  const { load } = record;
  const due = eventFiguresOf(record).accepted.filter(({ functionName }) =>
    load.delivering.includes(functionName),
  );
  const delivered = new Set(load.delivered);
  const missing = due.filter(({ id }) => !delivered.has(id));
  return resultOf({
    id: 'outcomes-are-delivered',
    title: 'The outcome of every event that has a stream as destination stands in the stream',
    counted: due.length,
    nothing: 'no event with a stream as destination was accepted',
    broken: missing.map((request) => `not in the stream: ${describe(request, load.beganMs)}`),
    measured: `${counted(due.length - missing.length, 'outcome')} of ${due.length} in the stream`,
  });
}
