/**
 * An HTTP request as the event that a function behind a URL gets: payload format 2.0.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
 */
import { isUtf8 } from 'node:buffer';
import { account, traceIdOf } from '../../types/index.js';
import type { CallUrl } from '../action.js';
import { header, type RequestHead } from '../http/http.js';
import type { Authorizer } from './authorizer.js';

/**
 * To be made JSON of: members that are undefined are none. `wallMs` is the time of the request, milliseconds since 1970;
 * `authorizer` what was verified of its caller.
 */
export function urlEvent(
  call: CallUrl,
  body: Uint8Array,
  requestId: string,
  wallMs: number,
  authorizer: Authorizer | null,
): unknown {
  const { head, name, rawPath } = call;
  const domainName = header(head, 'host') ?? 'localhost';
  const ip = sourceIp(head);
  const { body: content, isBase64Encoded } = eventBody(head, body);
  // no spreads: each costs more than all the rest of the event
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: head.query,
    cookies: cookiesOf(head),
    headers: eventHeaders(head, ip),
    queryStringParameters: queryParameters(head.query),
    requestContext: {
      accountId: authorizer !== null && 'iam' in authorizer ? account : 'anonymous',
      apiId: name,
      authorizer: authorizer ?? undefined,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? domainName,
      http: {
        method: head.method,
        path: rawPath,
        protocol: `HTTP/${head.httpVersion}`,
        sourceIp: ip,
        userAgent: header(head, 'user-agent') ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: clfTime(wallMs),
      timeEpoch: Math.floor(wallMs),
    },
    body: content,
    isBase64Encoded,
  };
}

/** Connection-level headers say nothing about the request; cookies have a member of their own. */
const droppedHeaders: ReadonlySet<string> = new Set([
  'connection',
  'cookie',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** Text of these kinds travels as it is; everything else, forms among it, in base64, as on AWS. */
const textTypes =
  /^(?:text\/[^;]*|application\/(?:json|javascript|xml|[^;]*\+json|[^;]*\+xml))\s*(?:;|$)/i;

function cookiesOf(head: RequestHead): readonly string[] | undefined {
  return header(head, 'cookie')
    ?.split(/; ?/)
    .filter((one) => one !== '');
}

function eventHeaders(head: RequestHead, ip: string): Record<string, string> {
  // node:http has dropped the one name that an object with a prototype cannot hold
  const headers: Record<string, string> = {};
  for (const name in head.headers) {
    const value = head.headers[name];
    if (value === undefined || droppedHeaders.has(name)) continue;
    headers[name] = typeof value === 'string' ? value : value.join(',');
  }
  const forwarded = header(head, 'x-forwarded-for');
  headers['x-forwarded-for'] = forwarded === undefined ? ip : `${forwarded}, ${ip}`;
  headers['x-forwarded-proto'] ??= 'http';
  const traceId = traceIdOf(head.headers);
  if (traceId !== '') headers['x-amzn-trace-id'] = traceId;
  return headers;
}

function queryParameters(query: string): Record<string, string> | undefined {
  if (query === '') return undefined;
  // without a prototype: names come from the network, and `__proto__` is one of them
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query)) {
    const present = parameters[name];
    parameters[name] = present === undefined ? value : `${present},${value}`;
  }
  return parameters;
}

function eventBody(
  head: RequestHead,
  body: Uint8Array,
): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const isText =
    textTypes.test(header(head, 'content-type') ?? '') &&
    header(head, 'content-encoding') === undefined &&
    isUtf8(bytes);
  return { body: bytes.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

function sourceIp({ remoteAddress }: RequestHead): string {
  return remoteAddress.startsWith(ipv4Prefix)
    ? remoteAddress.slice(ipv4Prefix.length)
    : remoteAddress;
}

/** Of IPv4 addresses as a socket that takes both has them. */
const ipv4Prefix = '::ffff:';

let clfSecond = Number.NaN;
let clfText = '';

/** For example `12/Mar/2020:19:03:58 +0000`: the common log format. Made once in each second. */
function clfTime(wallMs: number): string {
  const second = Math.floor(wallMs / 1000);
  if (second === clfSecond) return clfText;
  const [, day, month, year, time] = new Date(wallMs).toUTCString().split(' ');
  clfSecond = second;
  clfText = `${day}/${month}/${year}:${time} +0000`;
  return clfText;
}
