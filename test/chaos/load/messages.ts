/** What the test and its clients' process say to each other, and what stands in the file that the latter leaves. */
import type { LoadRecord } from '../records.js';
import type { Address } from './balanced-client.js';
import type { TrafficOptions } from './traffic.js';

export interface ClientsSettings extends TrafficOptions {
  /** By number. */
  readonly nodes: readonly Address<string>[];
  /** Lines of `RawRecord`. */
  readonly recordsFile: string;
  /** One `ClientsLeft`. */
  readonly leftFile: string;
}

export type ToClients =
  | { readonly kind: 'begin'; readonly settings: ClientsSettings }
  | { readonly kind: 'end' };

export type FromClients =
  | { readonly kind: 'begun' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly reason: string };

export type ClientsLeft = Pick<
  LoadRecord,
  'beganMs' | 'endedMs' | 'registers' | 'lists' | 'oddities'
>;

/** JSON knows no infinity: an operation that never returned has null there. */
export function leftOf(text: string): ClientsLeft {
  return JSON.parse(text, (name, value) => {
    return name === 'returnedAt' && value === null ? Infinity : value;
  });
}
