/**
 * What a function behind a URL returned -> the HTTP answer. An object with `statusCode` says everything
 * itself; any other value is the body. What makes no sense is a 502, as on AWS, and never more.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
 */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as z from 'zod';
import { splitPrelude } from './prelude.js';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const shape = z.object({
  statusCode: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.union([scalar, z.null()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Belong to the connection, or to this node. */
const droppedHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const cookiesMax = 100;
const jsonType = 'application/json';

/** What a function's answer says itself; more headers are put behind its own. */
export interface UrlAnswer {
  readonly status: number;
  readonly headers: Record<string, string | readonly string[]>;
  readonly body: Uint8Array | string;
}

/** `payload` is what the function returned, JSON by contract but not trusted to be. Never throws. */
export function urlReply(payload: Uint8Array): UrlAnswer {
  let returned: unknown;
  try {
    returned = JSON.parse(
      Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString(),
    );
  } catch {
    return gatheredReply(payload);
  }
  if (typeof returned !== 'object' || returned === null || !Object.hasOwn(returned, 'statusCode')) {
    return { status: 200, headers: { 'content-type': jsonType }, body: payload };
  }
  const parsed = shape.safeParse(returned);
  if (!parsed.success) return badGateway('Function.MalformedResponse');
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const text = body ?? '';
  return {
    status: statusCode,
    headers: replyHeaders(headers ?? {}, cookies ?? [], jsonType),
    body: isBase64Encoded ? Buffer.from(text, 'base64') : text,
  };
}

/** What was streamed, and gathered for a URL that does not stream. */
function gatheredReply(payload: Uint8Array): UrlAnswer {
  const found = splitPrelude(payload);
  if (found === null) return badGateway('Runtime.MalformedResponse');
  const { statusCode, headers, cookies } = found.prelude;
  return {
    status: statusCode ?? 200,
    headers: replyHeaders(headers ?? {}, cookies ?? [], jsonType),
    body: found.body,
  };
}

/** The answer where the function failed: what went wrong is for the log, not for the web. */
export function badGateway(errorType: string): UrlAnswer {
  const type = /^[\w.:-]{1,128}$/.test(errorType) ? errorType : 'Unhandled';
  return {
    status: 502,
    headers: { 'content-type': jsonType, 'x-hearth-error': type },
    body: JSON.stringify({ Message: 'Internal Server Error' }),
  };
}

/** The `errorType` of a function's error object. */
export function errorTypeOf(payload: Uint8Array): string {
  try {
    const error: unknown = JSON.parse(Buffer.from(payload).toString());
    const type = (error as { errorType?: unknown } | null)?.errorType;
    return typeof type === 'string' ? type : 'Unhandled';
  } catch {
    return 'Unhandled';
  }
}

/** Only what can be sent, and does not belong to the connection or this node. `contentType`: where they say none. */
export function replyHeaders(
  headers: Readonly<Record<string, string | number | boolean | null>>,
  cookies: readonly string[],
  contentType: string,
): Record<string, string | readonly string[]> {
  const reply: Record<string, string | readonly string[]> = Object.create(null);
  reply['content-type'] = contentType;
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase();
    if (value === null || droppedHeaders.has(name) || name.startsWith('x-hearth-')) continue;
    if (isSendable(name, String(value))) reply[name] = String(value);
  }
  const own = reply['set-cookie'];
  const all = [...(typeof own === 'string' ? [own] : []), ...cookies];
  const sendable = all.filter((cookie) => isSendable('set-cookie', cookie)).slice(0, cookiesMax);
  if (sendable.length > 0) reply['set-cookie'] = sendable;
  return reply;
}

/** What node:http would refuse to send (a line break among it) is dropped, not sent and not a crash. */
function isSendable(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
