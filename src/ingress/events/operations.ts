/** Hearth's own pages on what happens without a caller: asynchronous invocations, streams, the webhooks' secret. */
import type { Action } from '../action.js';
import type { Operation } from '../operation.js';
import { eventId, eventQuery, redrivenFunction, streamName, streamQuery } from './event-query.js';

const events = '/_hearth/events';
const streams = '/_hearth/streams';
const secret = '/_hearth/webhook-secret';

export const eventOperations: readonly Operation[] = [
  {
    name: 'ListEvents',
    method: 'GET',
    path: events,
    touches: ofNamedFunction,
    parse: ({ head }) => ({ kind: 'list-events', query: eventQuery(head.query) }),
  },
  {
    name: 'GetEvent',
    method: 'GET',
    path: `${events}/{}`,
    touches: ofTheEvent,
    parse: ({ subject }) => ({ kind: 'get-event', id: eventId(subject) }),
  },
  {
    name: 'CancelEvent',
    method: 'DELETE',
    path: `${events}/{}`,
    touches: ofTheEvent,
    parse: ({ subject }) => ({ kind: 'cancel-event', id: eventId(subject) }),
  },
  {
    name: 'RedriveEvent',
    method: 'POST',
    path: `${events}/{}/redrive`,
    touches: ofTheEvent,
    parse: ({ subject }) => ({ kind: 'redrive-event', id: eventId(subject) }),
  },
  {
    name: 'RedriveEvents',
    method: 'POST',
    path: `${events}/redrive`,
    touches: ofNamedFunction,
    parse: ({ head }) => ({ kind: 'redrive-events', functionName: redrivenFunction(head.query) }),
  },
  { name: 'ListStreams', method: 'GET', path: streams, parse: () => ({ kind: 'list-streams' }) },
  {
    name: 'ReadStream',
    method: 'GET',
    path: `${streams}/{}`,
    on: 'cluster',
    parse: ({ subject, head }) => ({
      kind: 'read-stream',
      name: streamName(subject),
      ...streamQuery(head.query),
    }),
  },
  {
    name: 'DeleteStream',
    method: 'DELETE',
    path: `${streams}/{}`,
    on: 'cluster',
    parse: ({ subject }) => ({ kind: 'delete-stream', name: streamName(subject) }),
  },
  {
    name: 'GetWebhookSecret',
    method: 'GET',
    path: secret,
    parse: () => ({ kind: 'get-webhook-secret' }),
  },
  {
    name: 'RotateWebhookSecret',
    method: 'POST',
    path: secret,
    parse: () => ({ kind: 'rotate-webhook-secret' }),
  },
];

/** Of the function that is named, or of all. */
function ofNamedFunction(action: Action): readonly string[] {
  if (action.kind === 'list-events') return [action.query.functionName ?? '*'];
  return action.kind === 'redrive-events' ? [action.functionName ?? '*'] : [];
}

/** Only the event itself tells whose it is: the handler looks. */
function ofTheEvent(): readonly string[] {
  return [];
}
