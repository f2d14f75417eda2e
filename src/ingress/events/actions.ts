/** What can be asked about events and streams. */
import type { EventQuery } from '../../events/index.js';

export type EventAction =
  | { readonly kind: 'list-events'; readonly query: EventQuery }
  | {
      readonly kind: 'get-event' | 'cancel-event' | 'redrive-event';
      readonly id: string;
    }
  /** Null: of all functions. */
  | { readonly kind: 'redrive-events'; readonly functionName: string | null }
  | { readonly kind: 'list-streams' }
  | {
      readonly kind: 'read-stream';
      readonly name: string;
      /** The sequence number that the first record follows. */
      readonly after: number;
      readonly itemsMax: number;
    }
  | { readonly kind: 'delete-stream'; readonly name: string }
  | { readonly kind: 'get-webhook-secret' | 'rotate-webhook-secret' };
