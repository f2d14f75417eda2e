/** Pages of lists, and the opaque tokens between them: each is good for the list that it came from only. */
import type { Page, PageAsked } from '../executions/types.js';
import { invalidToken } from './refusals.js';

interface PageInput {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** What a page holds where nothing is asked for (AWS). */
const itemsUsual = 100;

/** `list` names the list, with all that chooses its items. Throws `invalid-token`. */
export function pageAsked({ maxResults, nextToken }: PageInput, list: string): PageAsked {
  const itemsMax = maxResults || itemsUsual;
  if (nextToken === undefined) return { itemsMax };
  const text = Buffer.from(nextToken, 'base64url').toString('utf8');
  if (tokenOf(text) !== nextToken || !text.startsWith(`${list}\n`)) throw invalidToken();
  return { itemsMax, after: text.slice(list.length + 1) };
}

/** Undefined after the last page. */
export function nextTokenOf(next: string | null, list: string): string | undefined {
  return next === null ? undefined : tokenOf(`${list}\n${next}`);
}

/** Of a list that is there as a whole: what follows the key of the last one. `isAfter` orders keys as the list is. */
export function cut<Item>(
  items: readonly Item[],
  asked: PageAsked,
  keyOf: (item: Item) => string,
  isAfter: (key: string, last: string) => boolean = (key, last) => key > last,
): Page<Item> {
  const { after, itemsMax } = asked;
  const rest = after === undefined ? items : items.filter((item) => isAfter(keyOf(item), after));
  const page = rest.slice(0, itemsMax);
  const last = page.at(-1);
  const next = rest.length > page.length && last !== undefined ? keyOf(last) : null;
  return { items: page, next };
}

function tokenOf(text: string): string {
  return Buffer.from(text).toString('base64url');
}
