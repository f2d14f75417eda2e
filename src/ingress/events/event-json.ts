/** Events and streams as the pages tell them. */
import type { AsyncEvent, EventOutcome, StreamInfo, StreamPage } from '../../events/index.js';
import { embeddedJson, jsonObject } from '../../lib/index.js';
import { functionArn, streamArn } from '../../types/index.js';

/** An event without what it carries. What is not the case yet is null. */
export function eventFacts(event: AsyncEvent) {
  const { outcome } = event;
  return {
    requestId: event.id,
    functionName: event.functionName,
    functionArn: functionArn(event.functionName, event.qualifier),
    status: event.status,
    condition: outcome !== null && event.endedAtMs > 0 ? outcome.condition : null,
    attempts: event.attempts,
    round: event.round,
    acceptedAt: timeOf(event.acceptedAtMs),
    retryAt: timeOf(event.retryAtMs),
    endedAt: timeOf(event.endedAtMs),
    owner: event.owner,
    idempotencyKey: event.idempotencyKey === '' ? null : event.idempotencyKey,
    payloadBytes: event.payloadBytes,
    response: outcome === null ? null : responseFacts(outcome),
    deliveries: event.deliveries.map(({ kind, target, state, error }) => ({
      kind,
      target,
      state,
      error: error === '' ? null : error,
    })),
  };
}

/** All of an event: payload and answer as they were, null where they are not kept any more. */
export function eventText(event: AsyncEvent): string {
  const { payload, outcome } = event;
  return jsonObject([
    ...Object.entries(eventFacts(event)).map(([name, value]) => member(name, value)),
    ['payload', payloadText(payload)],
    ['answer', outcome === null ? 'null' : payloadText(outcome.answer)],
  ]);
}

export function streamFacts(stream: StreamInfo) {
  const { name, records, bytes, oldest, newest } = stream;
  return { name, arn: streamArn(name), records, bytes, oldest, newest };
}

/** `next` is what `after` is to be for the records that follow. */
export function streamText(stream: StreamPage, after: number): string {
  const records = stream.page.map(({ sequence, id, atMs, attributes, data }) =>
    jsonObject([
      member('sequence', sequence),
      member('id', id),
      member('at', timeOf(atMs)),
      member('attributes', attributes),
      ['data', embeddedJson(data)],
    ]),
  );
  return jsonObject([
    member('stream', streamFacts(stream)),
    ['records', `[${records.join(',')}]`],
    member('next', stream.page.at(-1)?.sequence ?? after),
  ]);
}

function responseFacts({ statusCode, executedVersion, functionError, answerBytes }: EventOutcome) {
  return {
    statusCode,
    executedVersion: executedVersion === '' ? null : executedVersion,
    functionError: functionError === '' ? null : functionError,
    bytes: answerBytes,
  };
}

function payloadText(bytes: Uint8Array): string {
  return bytes.length === 0 ? 'null' : embeddedJson(bytes);
}

function timeOf(ms: number): string | null {
  return ms === 0 ? null : new Date(ms).toISOString();
}

function member(name: string, value: unknown): readonly [string, string] {
  return [name, JSON.stringify(value)];
}
