/** How one event goes from each state to the next: pure functions, null where a command does not concern it any more. */
import type { NodeId } from '../../types/index.js';
import type {
  AttemptedCommand,
  DeliveredCommand,
  EndedCommand,
  RedriveCommand,
  SubmitCommand,
} from './command.js';
import type { AsyncEvent, Delivery, EventStatus } from './types.js';

const none = new Uint8Array(0);

/** Where an event stands that has a node of its own; the others have ended. */
export function isOpen({ status }: Pick<AsyncEvent, 'status'>): boolean {
  return status === 'queued' || status === 'waiting' || status === 'delivering';
}

/** Its function has yet to be run. */
export function isPending({ status }: Pick<AsyncEvent, 'status'>): boolean {
  return status === 'queued' || status === 'waiting';
}

export function submitted(
  command: SubmitCommand,
  sequence: number,
  owner: NodeId,
  wallMs: number,
): AsyncEvent {
  const { id, functionName, qualifier, invokedAs, payload, traceId, idempotencyKey } = command;
  // field by field: what is left of a spread is large and slow, and there are very many of these
  return {
    id,
    sequence,
    functionName,
    qualifier,
    invokedAs,
    payload,
    payloadBytes: payload.length,
    traceId,
    idempotencyKey,
    caller: command.caller ?? 'event',
    status: 'queued',
    owner,
    round: 0,
    attempts: 0,
    acceptedAtMs: wallMs,
    retryAtMs: 0,
    endedAtMs: 0,
    outcome: null,
    deliveries: [],
  };
}

export function attempted(
  event: AsyncEvent,
  { round, attempts, delayMs, outcome }: AttemptedCommand,
  wallMs: number,
): AsyncEvent | null {
  if (!isPending(event) || round !== event.round || attempts <= event.attempts) return null;
  return { ...event, status: 'waiting', attempts, retryAtMs: wallMs + delayMs, outcome };
}

export function ended(event: AsyncEvent, command: EndedCommand, wallMs: number): AsyncEvent | null {
  const { round, attempts, outcome } = command;
  if (!isPending(event) || round !== event.round) return null;
  const deliveries = command.deliveries.map((one) => ({ ...one, ...pending }));
  return settled({ ...event, attempts, outcome, deliveries, retryAtMs: 0 }, wallMs);
}

export function delivered(
  event: AsyncEvent,
  { round, at, error }: DeliveredCommand,
  wallMs: number,
): AsyncEvent | null {
  const { status, deliveries } = event;
  if (status !== 'delivering' || round !== event.round) return null;
  if (deliveries[at]?.state !== 'pending') return null;
  const state = error === '' ? 'done' : 'failed';
  const after = deliveries.map((one, index) => (index === at ? { ...one, state, error } : one));
  return settled({ ...event, deliveries: after as Delivery[] }, wallMs);
}

export function cancelled(event: AsyncEvent, wallMs: number): AsyncEvent | null {
  if (!isPending(event)) return null;
  return finished({ ...event, retryAtMs: 0 }, 'cancelled', wallMs);
}

export function redriven(
  event: AsyncEvent,
  { round }: RedriveCommand,
  owner: NodeId,
  wallMs: number,
): AsyncEvent | null {
  if (event.status !== 'dead' || round !== event.round) return null;
  const again = { ...event, owner, round: round + 1 };
  if (event.outcome?.condition !== 'Success') {
    const fresh = {
      acceptedAtMs: wallMs,
      endedAtMs: 0,
      attempts: 0,
      outcome: null,
      deliveries: [],
    };
    return { ...again, ...fresh, status: 'queued' };
  }
  const deliveries = event.deliveries.map((one) =>
    one.state === 'failed' ? { ...one, ...pending } : one,
  );
  return { ...again, deliveries, status: 'delivering' };
}

/** A dead one for which there is no more room. */
export function givenUp(event: AsyncEvent): AsyncEvent {
  return { ...event, status: 'failed', payload: none };
}

const pending = { state: 'pending', error: '' } as const;

/** What an event is whose function has run, by what its deliveries came to. */
function settled(event: AsyncEvent, wallMs: number): AsyncEvent {
  const { deliveries, outcome } = event;
  if (deliveries.some(({ state }) => state === 'pending')) {
    return { ...event, status: 'delivering', endedAtMs: event.endedAtMs || wallMs };
  }
  if (deliveries.some(({ state }) => state === 'failed')) return finished(event, 'dead', wallMs);
  if (outcome?.condition === 'Success') return finished(event, 'done', wallMs);
  return finished(event, deliveries.length > 0 ? 'failed' : 'dead', wallMs);
}

function finished(event: AsyncEvent, status: EventStatus, wallMs: number): AsyncEvent {
  const payload = status === 'dead' ? event.payload : none;
  return { ...event, status, payload, endedAtMs: wallMs };
}
