/** Tells a destination of an event that has ended, whatever the destination is: what the runner of events calls. */
import type { AsyncEvent, Deliver, Delivery, DeliveryResult } from '../async/index.js';
import type { Deliverer, Dispatch } from './deliverer.js';
import { deadLetterMessage, destinationRecord } from './record.js';
import { parseTarget, type Target } from './target.js';

export interface Deliverers {
  readonly function: Deliverer<'function'>;
  readonly stream: Deliverer<'stream'>;
  readonly webhook: Deliverer<'webhook'>;
}

/** What became of tries, by the kind of target; `none` is what nothing can be delivered to. */
export type DeliveryCounts = ReadonlyMap<
  Target['kind'] | 'none',
  Readonly<Record<DeliveryResult['kind'], number>>
>;

export class Destinations {
  readonly #counts = new Map(
    (['function', 'stream', 'webhook', 'none'] as const).map((kind) => [
      kind,
      { done: 0, retry: 0, refused: 0 },
    ]),
  );

  constructor(private readonly deliverers: Deliverers) {}

  /** Of this node. */
  get counts(): DeliveryCounts {
    return this.#counts;
  }

  /** Tries once; the runner tries again. May be called again for what was done. Never rejects. */
  readonly deliver: Deliver = async (event, delivery, _attempt, signal) => {
    const target = parseTarget(delivery.target);
    const result = await this.#deliver(target, event, delivery, signal);
    const counts = this.#counts.get(target?.kind ?? 'none');
    if (counts !== undefined) counts[result.kind]++;
    return result;
  };

  async #deliver(
    target: Target | null,
    event: AsyncEvent,
    delivery: Delivery,
    signal: AbortSignal,
  ): Promise<DeliveryResult> {
    if (target === null) {
      const error = 'it is no function, stream or webhook that Hearth can deliver to';
      return { kind: 'refused', error };
    }
    const dispatch = dispatchOf(event, delivery);
    switch (target.kind) {
      case 'function':
        return this.deliverers.function.deliver(target, dispatch, signal);
      case 'stream':
        return this.deliverers.stream.deliver(target, dispatch, signal);
      case 'webhook':
        return this.deliverers.webhook.deliver(target, dispatch, signal);
    }
  }
}

function dispatchOf(event: AsyncEvent, { kind }: Delivery): Dispatch {
  const round = event.round === 0 ? '' : `_${event.round}`;
  return {
    id: `${event.id}_${kind}${round}`,
    message: kind === 'dead-letter' ? deadLetterMessage(event) : destinationRecord(event),
    traceId: event.traceId,
  };
}
