/**
 * What a destination is told of an ended event, in AWS's form, and what a dead-letter target gets: the
 * event itself with three attributes.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
import { embeddedJson, jsonObject } from '../../lib/index.js';
import { functionArn } from '../../types/index.js';
import type { AsyncEvent, EventOutcome } from '../async/index.js';

/** What is sent: a body, and what is said about it beside it. */
export interface Message {
  readonly body: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
}

type Member = readonly [name: string, json: string];

/** AWS cuts the error message of a dead letter after 1 KB. */
const errorMessageBytesMax = 1024;

/** JSON, its members in AWS's order. Payloads stand in it as they are, not as a parser would write them again. */
export function destinationRecord(event: AsyncEvent): Message {
  const { outcome } = event;
  const context = {
    requestId: event.id,
    functionArn: functionArn(event.functionName, event.qualifier),
    condition: outcome?.condition,
    approximateInvokeCount: event.attempts,
  };
  const members: Member[] = [
    ['version', '"1.0"'],
    ['timestamp', JSON.stringify(new Date(event.endedAtMs).toISOString())],
    ['requestContext', JSON.stringify(context)],
    ['requestPayload', embeddedJson(event.payload)],
  ];
  if (outcome !== null && hasAnswered(outcome)) members.push(...response(outcome));
  return { body: Buffer.from(jsonObject(members)), attributes: {} };
}

/** The event as it was submitted, with the attributes of AWS's dead-letter queues. */
export function deadLetterMessage(event: AsyncEvent): Message {
  const { outcome } = event;
  const attributes = {
    RequestID: event.id,
    ErrorCode: String(outcome?.statusCode ?? ''),
    ErrorMessage: outcome === null ? '' : cut(errorMessage(outcome)),
  };
  return { body: event.payload, attributes };
}

/** Whether the last attempt got as far as the function. */
function hasAnswered({ executedVersion }: EventOutcome): boolean {
  return executedVersion !== '';
}

function response(outcome: EventOutcome): readonly Member[] {
  const { statusCode, executedVersion, functionError, answer, answerBytes } = outcome;
  const isOmitted = answer.length === 0 && answerBytes > 0;
  const context = {
    statusCode,
    executedVersion,
    ...(functionError === '' ? {} : { functionError }),
    // an extension: the answer was longer than what is kept of one
    ...(isOmitted ? { responsePayloadOmittedBytes: answerBytes } : {}),
  };
  const payload = isOmitted ? 'null' : embeddedJson(answer);
  return [
    ['responseContext', JSON.stringify(context)],
    ['responsePayload', payload],
  ];
}

function errorMessage({ condition, answer }: EventOutcome): string {
  if (answer.length === 0) return condition;
  const text = textOf(answer);
  const parsed = parsedJson(text);
  const told =
    typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed
      ? parsed.errorMessage
      : undefined;
  return typeof told === 'string' ? told : text;
}

/** At most a kilobyte of UTF-8, and no half of a character at its end. */
function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= errorMessageBytesMax) return text;
  return bytes
    .subarray(0, errorMessageBytesMax)
    .toString()
    .replace(/\uFFFD$/, '');
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
