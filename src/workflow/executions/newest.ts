/** Some executions or map runs out of very many, the newest first, without sorting all of them. */
import type { Page, PageAsked } from './types.js';

const sortedAtOnceMin = 1000;

export function newestOf<Item extends { readonly sequence: number }>(
  items: Iterable<Item>,
  { itemsMax, after }: PageAsked,
): Page<Item> {
  const before = after === undefined ? Number.POSITIVE_INFINITY : Number(after);
  let page: Item[] = [];
  let hasMore = false;
  const cut = (): void => {
    page.sort((a, b) => b.sequence - a.sequence);
    hasMore ||= page.length > itemsMax;
    page = page.slice(0, itemsMax);
  };
  for (const item of items) {
    if (item.sequence >= before) continue;
    page.push(item);
    if (page.length >= 2 * itemsMax + sortedAtOnceMin) cut();
  }
  cut();
  return { items: page, next: hasMore ? String(page.at(-1)?.sequence ?? 0) : null };
}
