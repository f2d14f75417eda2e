/**
 * `http:invoke`: one request to where the user says, never to link-local addresses, and never on to where the answer
 * says. An answer of a status of 400 or more, or none within a minute, is a failure.
 */
import { Agent, request as send } from 'undici';
import { type Clock, checkedLookup, checkHost } from '../../lib/index.js';
import { limits } from '../../types/index.js';
import type { JsonObject, JsonValue } from '../json.js';
import { httpRequest } from './http-request.js';
import { type Integration, TaskFailure } from './integration.js';

interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: JsonObject;
  readonly body: string;
}

const connectTimeoutMs = 5000;
const connectionsPerOriginMax = 64;
const socketError = 'States.Http.Socket';

export class HttpCalls {
  readonly #agent = new Agent({
    connect: { timeout: connectTimeoutMs, lookup: checkedLookup },
    connections: connectionsPerOriginMax,
    headersTimeout: limits.httpTaskMs,
    bodyTimeout: limits.httpTaskMs,
  });

  constructor(private readonly clock: Clock) {}

  readonly integration: Integration = async ({ parameters, signal }) => {
    const asked = httpRequest(parameters);
    const attempt = new AbortController();
    const stop = (): void => attempt.abort(new Error('the task has been given up'));
    const late = new Error(`the endpoint did not answer within ${limits.httpTaskMs / 1000} s`);
    const cancel = this.clock.after(limits.httpTaskMs, () => attempt.abort(late));
    signal.addEventListener('abort', stop);
    try {
      checkHost(asked.url.hostname);
      const { statusCode, statusText, headers, body } = await send(asked.url, {
        method: asked.method,
        dispatcher: this.#agent,
        headers: asked.headers,
        body: asked.body,
        signal: attempt.signal,
      });
      return result({
        status: statusCode,
        statusText,
        headers: headerLists(headers),
        body: await textOf(body),
      });
    } catch (thrown) {
      if (thrown instanceof TaskFailure) throw thrown;
      throw new TaskFailure(socketError, reason(thrown));
    } finally {
      cancel();
      signal.removeEventListener('abort', stop);
    }
  };

  /** Ends what is under way. */
  stop(): Promise<void> {
    return this.#agent.destroy();
  }
}

function result({ status, statusText, headers, body }: Answer): string {
  if (status >= 400) {
    throw new TaskFailure(`States.Http.StatusCode.${status}`, body === '' ? statusText : body);
  }
  return JSON.stringify({
    Headers: headers,
    ResponseBody: bodyOf(headers['content-type'], body),
    StatusCode: status,
    StatusText: statusText,
  });
}

/** JSON is JSON; anything else is a text. */
function bodyOf(contentType: JsonValue | undefined, body: string): JsonValue {
  if (!/[/+]json/i.test(String(contentType))) return body;
  try {
    return JSON.parse(body) as JsonValue;
  } catch {
    return body;
  }
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > limits.taskResultBytesMax) {
      throw new TaskFailure(
        'States.DataLimitExceeded',
        "The state/task 'http' returned a result with a size exceeding the maximum number of bytes service limit.",
      );
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** AWS gives each as a list. */
function headerLists(headers: Record<string, string | string[] | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? []].flat()]),
  );
}

/** Undici wraps what the network said. */
function reason(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'the endpoint could not be reached';
  if (thrown instanceof AggregateError) return reason(thrown.errors[0]);
  return thrown.message || reason(thrown.cause);
}
