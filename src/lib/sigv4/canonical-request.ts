/**
 * The canonical request of AWS Signature Version 4: one text that whoever signs and whoever verifies make of
 * the same request. Paths are encoded once more than they were sent, as all services but S3 have it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * Texts hold one character per byte on the wire, as node:http hands them over.
 */

export interface RequestToSign {
  readonly method: string;
  /** As sent: still percent-encoded. */
  readonly path: string;
  /** As sent, without the `?`. */
  readonly query: string;
  /** Names in lower case, in the order in which they are signed. */
  readonly signedHeaders: readonly string[];
  /** All values of a header, in their order; its one value. */
  readonly headerValues: (name: string) => readonly string[] | string;
  /** SHA-256 of the body in hex, or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}

/** `queryWithout`: the parameter that carries the signature itself. */
export function canonicalRequest(request: RequestToSign, queryWithout?: string): string {
  const { method, path, query, signedHeaders, headerValues, payloadHash } = request;
  let text = `${method}\n${canonicalPath(path)}\n${canonicalQuery(query, queryWithout)}\n`;
  for (const name of signedHeaders) {
    const values = headerValues(name);
    const value = typeof values === 'string' ? trimmed(values) : values.map(trimmed).join(',');
    text += `${name}:${value}\n`;
  }
  return `${text}\n${signedHeaders.join(';')}\n${payloadHash}`;
}

/** Without empty segments and dots (RFC 3986 section 6), and encoded once more. */
export function canonicalPath(path: string): string {
  if (plainPath.test(path)) return path;
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(encoded(segment));
  }
  if (kept.length === 0) return '/';
  return `/${kept.join('/')}${path.endsWith('/') ? '/' : ''}`;
}

/** Decoded and encoded in the one way, ordered by name and then by value. */
export function canonicalQuery(query: string, without?: string): string {
  if (query === '') return '';
  const pairs: (readonly [name: string, value: string])[] = [];
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const mark = pair.indexOf('=');
    const name = reencoded(mark < 0 ? pair : pair.slice(0, mark));
    if (name !== without) pairs.push([name, reencoded(mark < 0 ? '' : pair.slice(mark + 1))]);
  }
  pairs.sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Spaces around go, and several within become one. */
function trimmed(value: string): string {
  const text = value.trim();
  return text.includes('  ') ? text.replace(/ {2,}/g, ' ') : text;
}

/** Nothing in it is left out, or encoded. */
const plainPath = /^(?:\/[A-Za-z0-9\-_~]+)+\/?$/;
const unreserved = /^[A-Za-z0-9\-._~]*$/;

function reencoded(text: string): string {
  if (unreserved.test(text)) return text;
  const decoded = text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return encoded(decoded);
}

/** All but unreserved characters (RFC 3986) as `%XX`, in upper case. */
function encoded(text: string): string {
  if (unreserved.test(text)) return text;
  return text.replace(/[^A-Za-z0-9\-._~]/g, (character) => {
    const hex = character.charCodeAt(0).toString(16).toUpperCase();
    return hex.length === 1 ? `%0${hex}` : `%${hex}`;
  });
}
