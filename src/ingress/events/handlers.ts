/** Who answers what is asked about events, streams and the webhooks' secret: any node. */
import type { AsyncEvent, WebhookSecret } from '../../events/index.js';
import { HearthError } from '../../types/index.js';
import { may } from '../auth/caller.js';
import type { IngressDeps } from '../deps.js';
import type { Answers } from '../form/answers.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';
import type { Call, Handlers } from '../operation.js';
import { eventFacts, eventText, streamFacts, streamText } from './event-json.js';

export function eventHandlers(
  { events, streams, webhookSecrets }: Pick<IngressDeps, 'events' | 'streams' | 'webhookSecrets'>,
  answers: Answers,
) {
  /** Whose events a caller may not see, for that one there are none. */
  const found = async (id: string, { caller }: Call, permission: string): Promise<AsyncEvent> => {
    const event = await events.get(id);
    if (event !== undefined && may(caller, permission, event.functionName)) return event;
    throw new HearthError(
      'event-not-found',
      `There is no asynchronous invocation ${id}; it may have ended long ago.`,
    );
  };
  return {
    'list-events': ({ query }) =>
      answers.read(async () => {
        const { events: page, next } = await events.list(query);
        return jsonReply(200, { events: page.map(eventFacts), next });
      }),
    'get-event': ({ id }, call) =>
      answers.read(async () => textReply(eventText(await found(id, call, 'hearth:GetEvent')))),
    'cancel-event': ({ id }, call) => answers.written(cancelled(id, call)),
    'redrive-event': ({ id }, call) => answers.written(redriven(id, call)),
    'redrive-events': ({ functionName }) =>
      answers.written(
        events.redriveAll(functionName).then((redriven) => jsonReply(200, { redriven })),
      ),
    'list-streams': () =>
      answers.read(async () => jsonReply(200, { streams: streams.list().map(streamFacts) })),
    'read-stream': ({ name, after, itemsMax }) =>
      answers.read(async () => {
        const page = streams.read(name, after, itemsMax);
        if (page === undefined) throw noStream(name);
        return textReply(streamText(page, after));
      }),
    'delete-stream': ({ name }) =>
      answers.written(
        streams.remove(name).then((wasThere) => {
          if (wasThere) return emptyReply(204);
          throw noStream(name);
        }),
      ),
    'get-webhook-secret': async () => secretReply(await webhookSecrets.get()),
    'rotate-webhook-secret': () => answers.written(webhookSecrets.rotate().then(secretReply)),
  } satisfies Partial<Handlers>;

  async function cancelled(id: string, call: Call): Promise<Reply> {
    const { status } = await found(id, call, 'hearth:CancelEvent');
    if (await events.cancel(id)) return nowOf(id);
    throw new HearthError(
      'event-ended',
      `The asynchronous invocation ${id} has ended (${status}), and cannot be cancelled any more.`,
    );
  }

  async function redriven(id: string, call: Call): Promise<Reply> {
    const { status } = await found(id, call, 'hearth:RedriveEvent');
    if (await events.redrive(id)) return nowOf(id);
    throw new HearthError(
      'event-ended',
      `The asynchronous invocation ${id} is ${status}; only those that are dead can be redriven.`,
    );
  }

  async function nowOf(id: string): Promise<Reply> {
    const event = await events.get(id);
    return event === undefined ? emptyReply(204) : textReply(eventText(event));
  }
}

function noStream(name: string): HearthError {
  return new HearthError(
    'stream-not-found',
    `There is no stream ${name}, or it keeps no records any more.`,
  );
}

/** Not to be kept by anybody on the way. */
function secretReply({ current, previous, sinceMs }: WebhookSecret): Reply {
  const since = new Date(sinceMs).toISOString();
  return jsonReply(200, { current, previous, since }, { 'cache-control': 'no-store' });
}

function textReply(json: string): Reply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: json };
}
