/** AWS Signature Version 4: from a canonical request and a key to a signature; and requests signed with it. */
import { createHmac, hash } from 'node:crypto';
import { canonicalRequest, type RequestToSign } from './canonical-request.js';
import { SigningKey } from './signing-key.js';

/** Where and when a signature counts. */
export interface SignatureScope {
  /** `20260131T120000Z`. */
  readonly time: string;
  readonly region: string;
  readonly service: string;
}

export interface SigningCredential {
  readonly id: string;
  readonly secret: string;
}

export const signatureAlgorithm = 'AWS4-HMAC-SHA256';

/** `20260131T120000Z`. */
export function signatureTime(wallMs: number): string {
  return new Date(wallMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** SHA-256 in hex. */
export function payloadHash(body: Uint8Array | string): string {
  return hash('sha256', body, 'hex');
}

/** What a day's signatures are made with: `day` as `20260131`. */
export function signingKey(
  secret: string,
  day: string,
  { region, service }: Pick<SignatureScope, 'region' | 'service'>,
): SigningKey {
  const ofDay = hmac(`AWS4${secret}`, day);
  return new SigningKey(hmac(hmac(hmac(ofDay, region), service), 'aws4_request'));
}

/** In hex. `queryWithout`: the parameter that carries the signature itself. */
export function signatureOf(
  request: RequestToSign,
  { time, region, service }: SignatureScope,
  key: SigningKey,
  queryWithout?: string,
): string {
  const canonical = canonicalRequest(request, queryWithout);
  const digest = hash('sha256', asSent(canonical), 'hex');
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  return key.sign(`${signatureAlgorithm}\n${time}\n${scope}\n${digest}`);
}

/** The headers that a request needs besides those it has, all of which are signed. */
export function signedHeaders(
  request: {
    readonly method: string;
    readonly url: URL;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array | string;
  },
  credential: SigningCredential,
  scope: SignatureScope,
): Record<string, string> {
  const { method, url, headers, body } = request;
  const hashed = payloadHash(body);
  const added = { 'x-amz-content-sha256': hashed, 'x-amz-date': scope.time };
  const all: Record<string, string> = { ...headers, ...added, host: url.host };
  const names = Object.keys(all).sort();
  const toSign: RequestToSign = {
    method,
    path: url.pathname,
    query: url.search.slice(1),
    signedHeaders: names,
    headerValues: (name) => [all[name] ?? ''],
    payloadHash: hashed,
  };
  const day = scope.time.slice(0, 8);
  const signature = signatureOf(toSign, scope, signingKey(credential.secret, day, scope));
  const of = `${credential.id}/${day}/${scope.region}/${scope.service}/aws4_request`;
  const authorization = `${signatureAlgorithm} Credential=${of}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...added, authorization };
}

/** A byte each character: of ASCII, as it mostly is, the text itself. */
function asSent(text: string): string | Uint8Array {
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text, 'latin1');
}

function hmac(key: string | Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
