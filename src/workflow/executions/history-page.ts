/** A page of a history: only what it shows is read, and no more than can be answered while others wait. */
import type { HistoryEvent } from '../history.js';
import { recordsBetween } from './record-codec.js';
import type { StoredExecution } from './stored.js';
import type { Page, PageAsked } from './types.js';

/** Of what is read for one page; where it is more, the page has fewer events than were asked for, as AWS may have it. */
const pageBytesMax = 4 * 1024 * 1024;

/** `after` is the id of the last event of the page before. */
export function historyPage(
  execution: Pick<StoredExecution, 'history' | 'chunks' | 'records'>,
  { itemsMax, after }: PageAsked,
  newestFirst: boolean,
): Page<HistoryEvent> {
  const { records } = execution;
  if (newestFirst) {
    const until = after === undefined ? records : Math.min(records, Number(after) - 1);
    const from = lowered(execution, Math.max(0, until - itemsMax), until);
    const items = eventsBetween(execution, from, until).reverse();
    return { items, next: from > 0 ? String(from + 1) : null };
  }
  const from = after === undefined ? 0 : Number(after);
  const until = raised(execution, from, Math.min(records, from + itemsMax));
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

type Chunks = Pick<StoredExecution, 'history' | 'chunks' | 'records'>;

/** How far from `from` on the bytes go, at least one chunk, at most to `until`. */
function raised({ history, chunks }: Chunks, from: number, until: number): number {
  let bytes = 0;
  let first = 0;
  for (const chunk of history.slice(0, chunks)) {
    if (first >= until) break;
    const next = first + chunk.records;
    if (next > from) {
      bytes += chunk.bytes.length;
      if (bytes > pageBytesMax && first > from) return first;
    }
    first = next;
  }
  return until;
}

/** From where on the bytes reach to `until`, at least one chunk, at most from `from` on. */
function lowered({ history, chunks, records }: Chunks, from: number, until: number): number {
  let bytes = 0;
  let next = records;
  for (const chunk of history.slice(0, chunks).reverse()) {
    if (next <= from) break;
    const first = next - chunk.records;
    if (first < until) {
      bytes += chunk.bytes.length;
      if (bytes > pageBytesMax && next < until) return next;
    }
    next = first;
  }
  return from;
}
