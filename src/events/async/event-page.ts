/** Some events out of very many, in the order in which they were accepted, without sorting all of them. */
import type { AsyncEvent, EventPage, EventQuery } from './types.js';

export function pageOf(
  events: Iterable<AsyncEvent>,
  { functionName, status, after = 0, itemsMax }: EventQuery,
): EventPage {
  let page: AsyncEvent[] = [];
  let hasMore = false;
  const cut = (): void => {
    page.sort((a, b) => a.sequence - b.sequence);
    hasMore ||= page.length > itemsMax;
    page = page.slice(0, itemsMax);
  };
  for (const event of events) {
    if (event.sequence <= after) continue;
    if (functionName !== undefined && event.functionName !== functionName) continue;
    if (status !== undefined && event.status !== status) continue;
    page.push(event);
    if (page.length >= 2 * itemsMax + sortedAtOnceMin) cut();
  }
  cut();
  return { events: page, next: hasMore ? (page.at(-1)?.sequence ?? null) : null };
}

const sortedAtOnceMin = 1000;
