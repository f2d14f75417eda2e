/**
 * Method and path -> operation, before a byte of the body is read: the operation says how long the body
 * may be and who may send it. A tree of segments, made once from the tables of the rooms.
 */
import { strict as assert } from 'node:assert';
import { type ErrorCode, HearthError, limits } from '../types/index.js';
import { header, queryValue, type RequestHead } from './http/http.js';
import type { Operation, Subject } from './operation.js';

export interface Route extends Subject {
  readonly operation: Operation;
}

interface Branch {
  /** By the segment itself, `{}` for any. */
  readonly next: Map<string, Branch>;
  /** Operations at this path, those that ask for a parameter of the query first. */
  here: readonly Operation[];
  /** The operation that takes whatever follows. */
  rest: Operation | null;
}

export class Routes {
  readonly #root = branch();
  readonly #targets = new Map<string, Operation>();

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) this.#add(operation);
  }

  /** Throws `route-not-found`, `unknown-operation`, or `not-offered` for the rest of the AWS Lambda API. */
  find(head: RequestHead): Route {
    if (head.path === '/' && head.method === 'POST') {
      const target = header(head, 'x-amz-target');
      if (target !== undefined) return this.#targeted(target);
    }
    const found = this.#walk(head);
    if (found !== undefined) return found;
    const asked = `${head.method.slice(0, 20)} ${head.path.slice(0, 200)}`;
    if (lambdaPath.test(head.path)) {
      const message = `The operation ${asked} is not offered by this release.`;
      throw new HearthError('not-offered', message);
    }
    throw new HearthError(
      'route-not-found',
      `There is nothing at ${asked}; the Lambda API begins with /2015-03-31/functions, function URLs with /fn/.`,
    );
  }

  #targeted(target: string): Route {
    const operation = this.#targets.get(target);
    if (operation !== undefined) return { operation, subject: '', rest: '' };
    const asked = target.slice(0, 200);
    throw new HearthError('unknown-operation', `There is no operation ${asked} here.`);
  }

  #add(operation: Operation): void {
    if (operation.target !== undefined) {
      this.#targets.set(operation.target, operation);
      return;
    }
    let at = this.#root;
    for (const segment of operation.path.split('/').slice(1)) {
      if (segment === '{...}') {
        assert(at.rest === null, `two operations take the rest of ${operation.path}`);
        at.rest = operation;
        return;
      }
      const next = at.next.get(segment) ?? branch();
      at.next.set(segment, next);
      at = next;
    }
    at.here = [...at.here, operation].sort((a, b) => Number(!a.query) - Number(!b.query));
  }

  #walk(head: RequestHead): Route | undefined {
    const { path } = head;
    let at = this.#root;
    let subject: string | undefined;
    let rest: string | undefined;
    // a slash at the end changes nothing
    const end = path.length > 1 && path.endsWith('/') ? path.length - 1 : path.length;
    for (let from = 1; from <= end; ) {
      const slash = path.indexOf('/', from);
      const to = slash < 0 || slash > end ? end : slash;
      const segment = path.slice(from, to);
      let next = at.next.get(segment);
      if (next === undefined) {
        next = segment === '' ? undefined : at.next.get('{}');
        if (next === undefined) return taking(at, head, subject, path.slice(from - 1));
        if (subject === undefined) subject = decoded(segment);
        else rest = decoded(segment);
      }
      at = next;
      from = to + 1;
    }
    const operation = chosen(at.here, head);
    if (operation !== undefined) return { operation, subject: subject ?? '', rest: rest ?? '' };
    return taking(at, head, subject, path.slice(end) || '/');
  }
}

/** What to answer where the body exceeds the operation's limit. */
export function bodyTooLarge({ name, bodyBytesMax }: Operation): HearthError {
  const invoking = name.startsWith('Invoke') || name === 'CallFunctionUrl';
  const code: ErrorCode = invoking ? 'request-too-large' : 'upload-too-large';
  const named = name === 'CallFunctionUrl' ? 'InvokeFunction' : name;
  const bytesMax = bodyBytesMax ?? limits.managementBodyBytesMax;
  return new HearthError(
    code,
    `Request must be smaller than ${bytesMax} bytes for the ${named} operation`,
  );
}

/** Families of the Lambda API: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html. */
const lambdaPath =
  /^\/20\d\d-\d\d-\d\d\/(?:functions|layers|event-source-mappings|tags|account-settings|code-signing-configs|capacity-providers|durable-executions|durable-execution-callbacks|resource-policy)(?:\/|$)/;

function branch(): Branch {
  return { next: new Map(), here: [], rest: null };
}

function taking(
  { rest: operation }: Branch,
  { method }: RequestHead,
  subject = '',
  rest = '',
): Route | undefined {
  if (operation === null || !answers(operation, method)) return undefined;
  return { operation, subject, rest };
}

function chosen(operations: readonly Operation[], head: RequestHead): Operation | undefined {
  for (const operation of operations) {
    if (!answers(operation, head.method)) continue;
    const { query } = operation;
    if (query === undefined || queryValue(head.query, query[0]) === query[1]) return operation;
  }
  return undefined;
}

/** What answers GET answers HEAD, without the body. */
function answers({ method }: Operation, asked: string): boolean {
  return method === asked || method === 'ANY' || (asked === 'HEAD' && method === 'GET');
}

/** A segment that is not validly encoded stays as it is, and fails the checks of names later. */
function decoded(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
