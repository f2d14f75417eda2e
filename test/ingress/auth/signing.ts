/** Requests in process that are signed, by the header or in the query. */
import {
  payloadHash,
  signatureOf,
  signatureTime,
  signedHeaders,
  signingKey,
} from '../../../src/lib/index.js';
import { operatorKey } from '../../../src/types/index.js';
import { type Answer, type CallInit, clusterSecret, type Harness } from '../harness.js';

export interface Credential {
  readonly id: string;
  readonly secret: string;
}

/** What the holder of the cluster's secret signs with. */
export const operator: Credential = operatorKey(clusterSecret);
const host = 'hearth.test:8080';
const scope = { region: 'us-east-1', service: 'lambda' };

export interface SignedInit extends CallInit {
  /** By how much the caller's clock is ahead. */
  readonly aheadMs?: number;
  readonly region?: string;
  readonly service?: string;
  /** Do not say what the body's hash is, as boto does. */
  readonly hideHash?: boolean;
  /** Changed after it was signed. */
  readonly change?: Readonly<Record<string, string>>;
  /** Sent instead of the body that was signed. */
  readonly otherBody?: string;
}

export function signedCall(
  harness: Harness,
  key: Credential,
  method: string,
  target: string,
  init: SignedInit = {},
): Promise<Answer> {
  const { headers = {}, aheadMs = 0, change, otherBody, hideHash, ...rest } = init;
  const body = bytesOf(init.body);
  const time = signatureTime(harness.clock.wallMs() + aheadMs);
  const of = { ...scope, ...rest, time };
  const url = new URL(`http://${host}${target}`);
  const added = hideHash
    ? withoutHash(method, url, headers, body, key, of)
    : signedHeaders({ method, url, headers, body }, key, of);
  return harness.call(method, `${url.pathname}${url.search}`, {
    headers: { host, ...headers, ...added, ...change },
    ...(init.body === undefined ? {} : { body: otherBody ?? body }),
  });
}

/** The target of a URL that is signed ahead. */
export function presigned(
  harness: Harness,
  key: Credential,
  method: string,
  target: string,
  expiresS: number,
  more: Readonly<Record<string, string>> = {},
): string {
  const time = signatureTime(harness.clock.wallMs());
  const day = time.slice(0, 8);
  const url = new URL(`http://${host}${target}`);
  const members = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${key.id}/${day}/us-east-1/lambda/aws4_request`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(expiresS),
    'X-Amz-SignedHeaders': 'host',
    ...more,
  };
  for (const [name, value] of Object.entries(members)) url.searchParams.set(name, value);
  const signature = signatureOf(
    {
      method,
      path: url.pathname,
      query: url.search.slice(1),
      signedHeaders: ['host'],
      headerValues: () => [host],
      payloadHash: more['X-Amz-Content-Sha256'] ?? payloadHash(''),
    },
    { ...scope, time },
    signingKey(key.secret, day, scope),
  );
  return `${url.pathname}${url.search}&X-Amz-Signature=${signature}`;
}

function withoutHash(
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  key: Credential,
  of: { readonly time: string; readonly region: string; readonly service: string },
): Record<string, string> {
  const all: Record<string, string> = { ...headers, host, 'x-amz-date': of.time };
  const names = Object.keys(all).sort();
  const day = of.time.slice(0, 8);
  const signature = signatureOf(
    {
      method,
      path: url.pathname,
      query: url.search.slice(1),
      signedHeaders: names,
      headerValues: (name) => [all[name] ?? ''],
      payloadHash: payloadHash(body),
    },
    of,
    signingKey(key.secret, day, of),
  );
  const credential = `${key.id}/${day}/${of.region}/${of.service}/aws4_request`;
  return {
    'x-amz-date': of.time,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array || typeof body === 'string') return Buffer.from(body);
  return Buffer.from(JSON.stringify(body));
}

/** Makes a key that allows `actions`; resolves with its credential. */
export async function newKey(
  harness: Harness,
  input: Readonly<Record<string, unknown>>,
  by: Credential = operator,
): Promise<Credential> {
  const answer = await signedCall(harness, by, 'POST', '/_hearth/keys', { body: input });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.json();
}

/** The AWS name of the error, or the status where it is none. */
export function nameOf({ headers, status }: Answer): string | number {
  return String(headers['x-amzn-errortype'] ?? '') || status;
}
