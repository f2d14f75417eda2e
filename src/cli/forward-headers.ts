/**
 * Headers on their way through the balancer, as flat `[name, value, name, value]` lists so that order
 * and repeated names survive. Hop-by-hop fields end here (RFC 9110, section 7.6.1).
 */

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export interface ForwardedBy {
  /** Address of the client's socket. */
  readonly address: string;
  readonly host: string;
}

/** What the node is sent: `host` as the client wrote it, and who asked in `x-forwarded-*`. */
export function requestHeaders(raw: readonly string[], by: ForwardedBy): string[] {
  const forwardedFor: string[] = [];
  const kept = filterHeaders(raw, (name, value) => {
    if (name === 'x-forwarded-for') forwardedFor.push(value);
    // `Expect` was answered by the balancer's own server.
    return name !== 'expect' && !name.startsWith('x-forwarded-');
  });
  kept.push('x-forwarded-for', [...forwardedFor, by.address].join(', '));
  kept.push('x-forwarded-proto', 'http', 'x-forwarded-host', by.host);
  return kept;
}

/** What the client is sent. Values are turned back into the bytes that the node wrote. */
export function responseHeaders(raw: readonly string[]): string[] {
  return filterHeaders(raw, () => true).map((text) => Buffer.from(text, 'utf8').toString('latin1'));
}

/** True where the request announces a body. */
export function hasBody(headers: Readonly<Record<string, unknown>>): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  const length = headers['content-length'];
  return length !== undefined && length !== '0';
}

function filterHeaders(
  raw: readonly string[],
  keep: (lowerName: string, value: string) => boolean,
): string[] {
  const dropped = new Set(hopByHop);
  const pairs: [name: string, value: string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const value = raw[at + 1] ?? '';
    pairs.push([name, value]);
    if (name.toLowerCase() !== 'connection') continue;
    for (const named of value.split(',')) dropped.add(named.trim().toLowerCase());
  }
  return pairs.flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    return !dropped.has(lower) && keep(lower, value) ? [name, value] : [];
  });
}
