/** The one interface behind which all kinds of targets stand. */
import type { DeliveryResult } from '../async/index.js';
import type { Message } from './record.js';
import type { Target } from './target.js';

/** One message on its way. */
export interface Dispatch {
  /** The same at each attempt, by whichever node: who gets it twice can tell by it. */
  readonly id: string;
  readonly message: Message;
  /** Of the event that the message tells of: its lineage is what ends a loop of functions. */
  readonly traceId: string;
}

/** Tries once, within a deadline of its own. Never rejects. */
export interface Deliverer<Kind extends Target['kind']> {
  deliver(
    target: Extract<Target, { kind: Kind }>,
    dispatch: Dispatch,
    signal: AbortSignal,
  ): Promise<DeliveryResult>;
}
