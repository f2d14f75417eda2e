/** The pages on what happens without a caller: asynchronous invocations, streams, the secret of webhooks. */
import * as z from 'zod';
import type { LambdaClient } from './api-client.js';

const eventSummary = z.looseObject({
  requestId: z.string(),
  functionName: z.string(),
  functionArn: z.string(),
  status: z.string(),
  condition: z.string().nullable(),
  attempts: z.number(),
  acceptedAt: z.string().nullable(),
  retryAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  payloadBytes: z.number(),
  response: z
    .looseObject({
      statusCode: z.number(),
      executedVersion: z.string().nullable(),
      functionError: z.string().nullable(),
      bytes: z.number(),
    })
    .nullable(),
  deliveries: z.array(
    z.looseObject({
      kind: z.string(),
      target: z.string(),
      state: z.string(),
      error: z.string().nullable(),
    }),
  ),
});
export type EventSummary = z.output<typeof eventSummary>;

const event = z.looseObject({ ...eventSummary.shape, payload: z.unknown(), answer: z.unknown() });
export type Event = z.output<typeof event>;

const eventPage = z.looseObject({ events: z.array(eventSummary), next: z.number().nullable() });
const redriven = z.looseObject({ redriven: z.number() });

const stream = z.looseObject({
  name: z.string(),
  arn: z.string(),
  records: z.number(),
  bytes: z.number(),
  oldest: z.number(),
  newest: z.number(),
});
export type StreamSummary = z.output<typeof stream>;

const streamRecord = z.looseObject({ sequence: z.number(), at: z.string(), data: z.unknown() });
export type StreamRecord = z.output<typeof streamRecord>;

const streamPage = z.looseObject({ records: z.array(streamRecord), next: z.number() });
export type StreamPage = z.output<typeof streamPage>;

const streamList = z.looseObject({ streams: z.array(stream) });

const webhookSecret = z.looseObject({
  current: z.string(),
  previous: z.string().nullable(),
  since: z.string(),
});
export type WebhookSecret = z.output<typeof webhookSecret>;

export interface EventFilter {
  readonly functionName?: string | undefined;
  readonly status?: string | undefined;
}

const eventsAtOnce = 1000;

export class EventsClient {
  constructor(private readonly lambda: LambdaClient) {}

  /** The newest so many, from the oldest of them on. */
  async list({ functionName, status }: EventFilter, itemsMax: number): Promise<EventSummary[]> {
    const query = new URLSearchParams({ limit: String(eventsAtOnce) });
    if (functionName !== undefined) query.set('function', functionName);
    if (status !== undefined) query.set('status', status);
    let newest: EventSummary[] = [];
    for (let next: number | null = 0; next !== null; ) {
      query.set('after', String(next));
      const path = `/_hearth/events?${query}`;
      const page: z.output<typeof eventPage> = await this.lambda.page(path, eventPage);
      newest = [...newest, ...page.events].slice(-itemsMax);
      next = page.next;
    }
    return newest;
  }

  get(id: string): Promise<Event> {
    return this.lambda.page(eventPath(id), event);
  }

  cancel(id: string): Promise<Event> {
    return this.lambda.page(eventPath(id), event, 'DELETE');
  }

  redrive(id: string): Promise<Event> {
    return this.lambda.page(`${eventPath(id)}/redrive`, event, 'POST');
  }

  /** Resolves with how many. Undefined: of all functions. */
  async redriveAll(functionName: string | undefined): Promise<number> {
    const query =
      functionName === undefined ? '' : `?${new URLSearchParams({ function: functionName })}`;
    const path = `/_hearth/events/redrive${query}`;
    return (await this.lambda.page(path, redriven, 'POST')).redriven;
  }

  async streams(): Promise<StreamSummary[]> {
    const path = '/_hearth/streams';
    return (await this.lambda.page(path, streamList)).streams;
  }

  readStream(name: string, after: number, itemsMax: number): Promise<StreamPage> {
    const path = `${streamPath(name)}?after=${after}&limit=${itemsMax}`;
    return this.lambda.page(path, streamPage);
  }

  async deleteStream(name: string): Promise<void> {
    await this.lambda.page(streamPath(name), z.unknown(), 'DELETE');
  }

  webhookSecret(): Promise<WebhookSecret> {
    return this.lambda.page('/_hearth/webhook-secret', webhookSecret);
  }

  rotateWebhookSecret(): Promise<WebhookSecret> {
    return this.lambda.page('/_hearth/webhook-secret', webhookSecret, 'POST');
  }
}

function eventPath(id: string): string {
  return `/_hearth/events/${encodeURIComponent(id)}`;
}

function streamPath(name: string): string {
  return `/_hearth/streams/${encodeURIComponent(name)}`;
}
