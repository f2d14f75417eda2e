/** A page of a history: only what it shows is read. */
import type { HistoryEvent } from '../history.js';
import { recordsBetween } from './record-codec.js';
import type { StoredExecution } from './stored.js';
import type { Page, PageAsked } from './types.js';

/** `after` is the id of the last event of the page before. */
export function historyPage(
  execution: Pick<StoredExecution, 'history' | 'chunks' | 'records'>,
  { itemsMax, after }: PageAsked,
  newestFirst: boolean,
): Page<HistoryEvent> {
  const { records } = execution;
  if (newestFirst) {
    const until = after === undefined ? records : Math.min(records, Number(after) - 1);
    const from = Math.max(0, until - itemsMax);
    const items = eventsBetween(execution, from, until).reverse();
    return { items, next: from > 0 ? String(from + 1) : null };
  }
  const from = after === undefined ? 0 : Number(after);
  const until = Math.min(records, from + itemsMax);
  return {
    items: eventsBetween(execution, from, until),
    next: until < records ? String(until) : null,
  };
}

function eventsBetween(
  execution: Pick<StoredExecution, 'history' | 'chunks'>,
  from: number,
  until: number,
): HistoryEvent[] {
  return recordsBetween(execution, from, until).map(({ event }) => event);
}
