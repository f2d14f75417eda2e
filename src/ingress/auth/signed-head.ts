/**
 * What the head of a request says of who has signed it, by AWS Signature Version 4: in the header
 * `Authorization`, or in the query of a URL that was signed ahead. The first look at it costs no key and no
 * body, and finds what is malformed, meant for another service, or of another time. Texts as AWS has them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
import { timingSafeEqual } from 'node:crypto';
import { type SigningKey, signatureAlgorithm, signatureOf } from '../../lib/index.js';
import { type ErrorCode, HearthError, region } from '../../types/index.js';
import { header, type RequestHead } from '../http/http.js';

export type SignedService = 'lambda' | 'states';

export interface SignedHead {
  readonly keyId: string;
  /** `20260131T120000Z`. */
  readonly time: string;
  /** The same, milliseconds since 1970. */
  readonly atMs: number;
  readonly signedHeaders: readonly string[];
  /** 64 hex digits. */
  readonly signature: string;
  /** For how long a URL that was signed ahead is good; null where the header carries the signature. */
  readonly expiresS: number | null;
  /** What the signature says of the body: its SHA-256, `UNSIGNED-PAYLOAD`, or null: hash it, then verify. */
  readonly payloadHash: string | null;
  /** Which API it is for: the signature counts for that alone. */
  readonly service: SignedService;
}

/** Told apart as the operations are: by the header that all of Step Functions has. */
function serviceOf(head: RequestHead): SignedService {
  return head.headers['x-amz-target'] === undefined ? 'lambda' : 'states';
}

export const unsignedPayload = 'UNSIGNED-PAYLOAD';

/** By how much the clocks of caller and node may differ (AWS). */
const skewMs = 5 * 60_000;
/** The longest time for which a URL may be signed ahead (AWS). */
const expiresSMax = 604_800;
/** Each of them is looked for among all headers of the request. */
const signedHeadersMax = 100;
const signatureParameter = 'X-Amz-Signature';
/** Two signatures, each 64 hex digits: the same room for every comparison. */
const compared = { expected: Buffer.alloc(64), told: Buffer.alloc(64) };

/** Null where the request says nothing of who sent it. Throws HearthError where what it says is wrong. */
export function signedHead(head: RequestHead, wallMs: number): SignedHead | null {
  const authorization = header(head, 'authorization');
  const presigned = head.query.includes('X-Amz-');
  const query = presigned ? new URLSearchParams(head.query) : null;
  const ahead = query?.has(signatureParameter) || query?.has('X-Amz-Algorithm') ? query : null;
  if (authorization === undefined && ahead === null) return null;
  const signed = ahead === null ? inHeader(head, authorization ?? '') : inQuery(head, ahead);
  checkTime(signed, wallMs);
  checkHeaders(head, signed);
  return signed;
}

/** Whether the signature is that of the key, over the head as it came and a body of this hash. */
export function isSignedBy(
  signed: SignedHead,
  head: RequestHead,
  payloadHash: string,
  key: SigningKey,
): boolean {
  const { method, path, query, headers, rawHeaders } = head;
  const isEachOnce = rawHeaders?.length === 2 * countOf(headers);
  const expected = signatureOf(
    {
      method,
      path,
      query,
      signedHeaders: signed.signedHeaders,
      headerValues: (name) => (isEachOnce ? (header(head, name) ?? '') : valuesOf(head, name)),
      payloadHash,
    },
    { time: signed.time, region, service: signed.service },
    key,
    signed.expiresS === null ? undefined : signatureParameter,
  );
  compared.expected.write(expected, 'latin1');
  compared.told.write(signed.signature, 'latin1');
  return timingSafeEqual(compared.expected, compared.told);
}

export function wrongSignature(): HearthError {
  return invalid(
    'The request signature we calculated does not match the signature you provided. Check your AWS ' +
      'Secret Access Key and signing method. Consult the service documentation for details.',
  );
}

function inHeader(head: RequestHead, authorization: string): SignedHead {
  const space = authorization.indexOf(' ');
  const algorithm = space < 0 ? authorization : authorization.slice(0, space);
  if (algorithm !== signatureAlgorithm) {
    throw incomplete(`Unsupported AWS 'algorithm': '${algorithm.slice(0, 64)}'. `);
  }
  const members = membersOf(authorization, space + 1);
  const { Credential: credential, Signature: signature, SignedHeaders: names } = members;
  const told = header(head, 'x-amz-date') ?? isoOf(header(head, 'date'));
  if (credential === '' || signature === '' || names === '' || told === undefined) {
    throw lacking(members, told);
  }
  const service = serviceOf(head);
  const { keyId, time, atMs } = claimed(credential, told, service);
  return {
    keyId,
    time,
    atMs,
    signedHeaders: headerNames(names),
    signature: hexOf(signature),
    expiresS: null,
    payloadHash: payloadHashOf(header(head, 'x-amz-content-sha256'), false),
    service,
  };
}

/** Of a list with commas, empty where it is not there; of several by one name, the last. */
interface Members {
  Credential: string;
  Signature: string;
  SignedHeaders: string;
}

function membersOf(authorization: string, at: number): Members {
  const members: Members = { Credential: '', Signature: '', SignedHeaders: '' };
  for (let from = at; from < authorization.length; ) {
    const comma = authorization.indexOf(',', from);
    const end = comma < 0 ? authorization.length : comma;
    const member = authorization.slice(from, end);
    const equals = member.indexOf('=');
    const name = member.slice(0, Math.max(0, equals)).trim();
    if (name === 'Credential' || name === 'Signature' || name === 'SignedHeaders') {
      members[name] = member.slice(equals + 1).trim();
    }
    from = end + 1;
  }
  return members;
}

function lacking(members: Members, told: string | undefined): HearthError {
  const missing = Object.entries(members)
    .filter(([, value]) => value === '')
    .map(([name]) => `Authorization header requires '${name}' parameter.`);
  if (told === undefined) {
    missing.push(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  return incomplete(missing.join(' '));
}

function inQuery(head: RequestHead, query: URLSearchParams): SignedHead {
  const needed = [
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    signatureParameter,
    'X-Amz-SignedHeaders',
    'X-Amz-Date',
    'X-Amz-Expires',
  ];
  const missing = needed
    .filter((name) => !query.get(name))
    .map(
      (name) =>
        `AWS query-string parameters must include '${name}'. Re-examine the query-string parameters.`,
    );
  if (missing.length > 0) throw incomplete(missing.join(' '));
  const value = (name: string): string => query.get(name) ?? '';
  const algorithm = value('X-Amz-Algorithm');
  if (algorithm !== signatureAlgorithm) {
    throw incomplete(`Unsupported AWS 'algorithm': '${algorithm.slice(0, 64)}'. `);
  }
  const expires = value('X-Amz-Expires');
  if (!/^[1-9]\d{0,6}$/.test(expires) || Number(expires) > expiresSMax) {
    throw incomplete(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be from 1 to ${expiresSMax} seconds.`,
    );
  }
  if (query.has('X-Amz-Security-Token')) throw unknownKey();
  const hash = query.get('X-Amz-Content-Sha256') ?? header(head, 'x-amz-content-sha256');
  const service = serviceOf(head);
  return {
    ...claimed(value('X-Amz-Credential'), value('X-Amz-Date'), service),
    service,
    signedHeaders: headerNames(value('X-Amz-SignedHeaders')),
    signature: hexOf(value(signatureParameter)),
    expiresS: Number(expires),
    payloadHash: payloadHashOf(hash, true),
  };
}

/** What a credential's scope says must be what the request says, and what this service is. */
function claimed(
  credential: string,
  time: string,
  service: SignedService,
): Pick<SignedHead, 'keyId' | 'time' | 'atMs'> {
  const atMs = wallMsOf(time);
  const scope = `/${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const keyId = credential.slice(0, -scope.length);
  if (!Number.isNaN(atMs) && credential.endsWith(scope) && !keyId.includes('/')) {
    return { keyId, time, atMs };
  }
  throw wronglyClaimed(credential, time, service);
}

function wronglyClaimed(credential: string, time: string, service: SignedService): HearthError {
  const shown = credential.slice(0, 200);
  const [, day, scopeRegion, scopeService, terminator, ...more] = credential.split('/');
  if (terminator === undefined || more.length > 0) {
    return incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${shown}'`,
    );
  }
  if (Number.isNaN(wallMsOf(time))) {
    return incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${time.slice(0, 64)}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  if (day !== time.slice(0, 8)) {
    return invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day?.slice(0, 32)}' != '${time.slice(0, 8)}', from '${time}'.`,
    );
  }
  const wrong: string[] = [];
  if (scopeRegion !== region) wrong.push('Credential should be scoped to a valid region. ');
  if (scopeService !== service) {
    wrong.push(`Credential should be scoped to correct service: '${service}'. `);
  }
  if (terminator !== 'aws4_request') {
    wrong.push("Credential should be scoped with a valid terminator: 'aws4_request'. ");
  }
  return invalid(wrong.join(''));
}

function checkTime({ time, atMs, expiresS }: SignedHead, wallMs: number): void {
  if (atMs > wallMs + skewMs) {
    throw invalid(
      `Signature not yet current: ${time} is still later than ${basic(wallMs + skewMs)} (${basic(wallMs)} + 5 min.)`,
    );
  }
  if (atMs + (expiresS ?? 0) * 1000 < wallMs - (expiresS === null ? skewMs : 0)) {
    const since = expiresS === null ? '5 min' : `${expiresS} s`;
    const boundMs = wallMs - (expiresS === null ? skewMs : expiresS * 1000);
    throw invalid(
      `Signature expired: ${time} is now earlier than ${basic(boundMs)} (${basic(wallMs)} - ${since}.)`,
    );
  }
}

/** Nothing that changes what a request means may stand beside what was signed. */
function checkHeaders(head: RequestHead, { signedHeaders }: SignedHead): void {
  if (head.headers['x-amz-security-token'] !== undefined) throw unknownKey();
  // the signature is over the path without them, so that it would count for another path as well
  if (head.path.includes('/..') && /\/\.\.(?:\/|$)/.test(head.path)) throw wrongSignature();
  if (!signedHeaders.includes('host')) {
    throw invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const name in head.headers) {
    if (name.startsWith('x-amz-') && !signedHeaders.includes(name))
      throw unsigned(head, signedHeaders);
  }
}

function unsigned({ headers }: RequestHead, signedHeaders: readonly string[]): HearthError {
  const names = Object.keys(headers)
    .filter((name) => name.startsWith('x-amz-') && !signedHeaders.includes(name))
    .join(', ');
  return invalid(
    `There were headers present in the request which were not signed: ${names.slice(0, 200)}`,
  );
}

/** The key is not there, is disabled, or is one for a time: in AWS's words, which tell not which. */
export function unknownKey(): HearthError {
  return new HearthError(
    'unrecognized-client',
    'The security token included in the request is invalid.',
  );
}

function payloadHashOf(told: string | undefined, isAhead: boolean): string | null {
  if (told === undefined) return null;
  if (/^[0-9a-f]{64}$/.test(told) || (isAhead && told === unsignedPayload)) return told;
  throw invalid(
    'The header x-amz-content-sha256 must be the SHA-256 of the body in hex; a body that is not signed is not taken.',
  );
}

/** Taken apart once for all requests of a kind that come one after the other: clients sign the same headers again and again. */
let sameNames: { list: string; names: readonly string[] } = { list: '', names: [''] };

function headerNames(list: string): readonly string[] {
  if (list === sameNames.list) return sameNames.names;
  const names = list.toLowerCase().split(';');
  if (names.length > signedHeadersMax) {
    throw incomplete(`SignedHeaders must name at most ${signedHeadersMax} headers.`);
  }
  sameNames = { list, names };
  return names;
}

function hexOf(signature: string): string {
  if (/^[0-9a-f]{64}$/.test(signature)) return signature;
  throw wrongSignature();
}

function countOf(headers: RequestHead['headers']): number {
  let count = 0;
  for (const _ in headers) count++;
  return count;
}

/** One character per byte; in the order in which they came. */
function valuesOf(head: RequestHead, name: string): readonly string[] {
  const { rawHeaders } = head;
  if (rawHeaders === undefined) return [head.headers[name] ?? []].flat();
  const values: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '');
  }
  return values;
}

/** Parsed once in each second, in which many requests are signed. */
let lately = { time: '', wallMs: Number.NaN };

/** NaN where that is no time. */
function wallMsOf(time: string): number {
  if (time !== lately.time) lately = { time, wallMs: parsedTime(time) };
  return lately.wallMs;
}

function parsedTime(time: string): number {
  if (!/^\d{8}T\d{6}Z$/.test(time)) return Number.NaN;
  const day = `${time.slice(0, 4)}-${time.slice(4, 6)}-${time.slice(6, 11)}`;
  return Date.parse(`${day}:${time.slice(11, 13)}:${time.slice(13)}`);
}

function basic(wallMs: number): string {
  return new Date(wallMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** The header `Date` (RFC 9110), or what stands there already as signatures have it. */
function isoOf(date: string | undefined): string | undefined {
  if (date === undefined || /^\d{8}T\d{6}Z$/.test(date)) return date;
  const wallMs = Date.parse(date);
  return Number.isNaN(wallMs) ? date : basic(wallMs);
}

function invalid(message: string): HearthError {
  return error('invalid-signature', message);
}

function incomplete(message: string): HearthError {
  return error('incomplete-signature', message);
}

function error(code: ErrorCode, message: string): HearthError {
  return new HearthError(code, message);
}
