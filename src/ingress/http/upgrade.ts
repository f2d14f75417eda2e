/**
 * node:http hands over every request that asks for an upgrade, even to protocols that nobody here speaks
 * (HTTP/2 clients ask for `h2c` on a first plain request). Such a request is written again without it.
 */
import type { IncomingMessage } from 'node:http';

/** The request's head without its upgrade, and what of the body has arrived with it. */
export function withoutUpgrade(request: IncomingMessage, head: Buffer): Buffer {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  const { rawHeaders } = request;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (/^(?:upgrade|connection|http2-settings)$/i.test(name)) continue;
    lines.push(`${name}: ${rawHeaders[index + 1]}`);
  }
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]);
}
