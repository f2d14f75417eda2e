/** What readers of events and streams ask for, taken from path and query and checked. */
import type { EventQuery, EventStatus } from '../../events/index.js';
import { HearthError, limits } from '../../types/index.js';
import { Constraints } from '../form/constraints.js';
import { checkFunctionName, parseFunctionName } from '../form/function-name.js';

const statuses: { readonly [Status in EventStatus]: true } = {
  queued: true,
  waiting: true,
  delivering: true,
  done: true,
  failed: true,
  dead: true,
  cancelled: true,
};
const eventsDefault = 100;
const eventsMax = 1000;

/** `after` and `limit` are those of pages; `function` and `status` leave others out. Throws `invalid-parameter`. */
export function eventQuery(text: string): EventQuery {
  const query = new URLSearchParams(text);
  const functionName = functionOf(query);
  const status = query.get('status');
  if (status !== null && !isStatus(status)) {
    throw wrong('status', `one of ${Object.keys(statuses).join(', ')}`);
  }
  return {
    after: afterOf(query),
    itemsMax: limitOf(query, eventsDefault, eventsMax),
    ...(functionName === null ? {} : { functionName }),
    ...(status === null ? {} : { status }),
  };
}

/** Null: all functions are meant. */
export function redrivenFunction(text: string): string | null {
  return functionOf(new URLSearchParams(text));
}

export function eventId(text: string): string {
  if (/^[\w-]{1,64}$/.test(text)) return text;
  throw new HearthError(
    'invalid-parameter',
    'An asynchronous invocation is named by its request id, as the answer to it carries it in x-amzn-requestid.',
  );
}

export function streamName(text: string): string {
  if (/^[a-zA-Z0-9_.-]{1,128}$/.test(text)) return text;
  throw new HearthError(
    'invalid-parameter',
    'The name of a stream has 1 to 128 characters, each a letter, a digit, or one of _.-',
  );
}

export function streamQuery(text: string): { readonly after: number; readonly itemsMax: number } {
  const query = new URLSearchParams(text);
  const { streamPageRecordsMax } = limits;
  return {
    after: afterOf(query),
    itemsMax: limitOf(query, streamPageRecordsMax, streamPageRecordsMax),
  };
}

function functionOf(query: URLSearchParams): string | null {
  const text = query.get('function');
  if (text === null) return null;
  const constraints = new Constraints();
  checkFunctionName(constraints, text, undefined);
  constraints.check();
  return parseFunctionName(text).name;
}

function afterOf(query: URLSearchParams): number {
  const text = query.get('after') ?? '0';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw wrong('after', 'the number that an answer has told as next');
}

function limitOf(query: URLSearchParams, usual: number, max: number): number {
  const text = query.get('limit') ?? String(usual);
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= max) return count;
  throw wrong('limit', `a number from 1 to ${max}`);
}

function isStatus(text: string): text is EventStatus {
  return Object.hasOwn(statuses, text);
}

function wrong(name: string, what: string): HearthError {
  return new HearthError('invalid-parameter', `The parameter '${name}' must be ${what}.`);
}
