/** Pages of the list operations: how many items, and the opaque marker after which the next page begins. */
import { HearthError } from '../../types/index.js';
import type { Page } from '../action.js';
import type { Constraints } from './constraints.js';

/** A page holds at most 50 items, whatever MaxItems says, as on AWS. */
const pageItemsMax = 50;

/** Notes what is wrong with MaxItems; throws where it or the marker cannot be read at all. */
export function pageOf(query: URLSearchParams, constraints: Constraints): Page {
  const given = query.get('MaxItems');
  const itemsMax = given === null ? pageItemsMax : Number(given);
  if (!Number.isSafeInteger(itemsMax)) {
    throw new HearthError('invalid-json', `MaxItems must be a whole number.`);
  }
  constraints.range(itemsMax, 'maxItems', 1, 10_000);
  return {
    after: afterMarker(query.get('Marker') ?? ''),
    itemsMax: Math.min(itemsMax, pageItemsMax),
  };
}

/** The first items, and the member `NextMarker` with the key of the last one where more follow. */
export function cutPage<Item>(
  items: readonly Item[],
  itemsMax: number,
  keyOf: (item: Item) => string,
): { readonly page: readonly Item[]; readonly next: { readonly NextMarker?: string } } {
  const page = items.slice(0, itemsMax);
  const last = page.at(-1);
  const more = items.length > page.length && last !== undefined;
  return { page, next: more ? { NextMarker: markerAfter(keyOf(last)) } : {} };
}

function markerAfter(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function afterMarker(marker: string): string {
  const key = Buffer.from(marker, 'base64url').toString('utf8');
  if (marker === '' || markerAfter(key) === marker) return key;
  throw new HearthError(
    'invalid-parameter',
    'The Marker is not one that this operation has given; leave it out for the first page.',
  );
}
