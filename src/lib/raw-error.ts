/** An error on a connection of which node:http has made no request: written by hand, and the connection ended. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errorAnswer, HearthError, limits } from '../types/index.js';
import type { Clock } from './clock.js';

/** How long who gets one may take to stop sending: what is unread when a connection closes resets it. */
const lingerMs = 1000;

/** Writes the error as an answer and ends the connection soon. */
export function endWithError(socket: Duplex, error: HearthError, clock: Clock): void {
  const { status, headers, body } = errorAnswer(error);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  lines.push('connection: close', `content-length: ${Buffer.byteLength(body)}`);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`;
  socket.on('error', () => {});
  const cancel = clock.after(lingerMs, () => socket.destroy());
  socket.once('close', cancel);
  socket.once('end', () => socket.destroy());
  socket.end(`${[head, ...lines].join('\r\n')}\r\n\r\n${body}`);
}

/** For the event `clientError` of a server: who sent what is no request, or not in time, is told so. */
export function answerClientError(
  socket: Duplex,
  error: NodeJS.ErrnoException,
  clock: Clock,
): void {
  if (socket.writableEnded) return;
  // who never said anything, or has reset the connection, is told nothing
  const hasSent = ((socket as Partial<Socket>).bytesRead ?? 0) > 0;
  if (hasSent && socket.writable && error.code !== 'ECONNRESET') {
    endWithError(socket, requestError(error), clock);
  } else socket.destroy();
}

/** What node:http says of a request that it cannot make out, in a sentence. */
function requestError(error: NodeJS.ErrnoException & { reason?: string }): HearthError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return headersTooLarge();
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return tooSlow();
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new HearthError('request-too-large', 'The chunk extensions of the body are too long.');
    default: {
      const what = error.reason === undefined ? '' : `: ${error.reason}`;
      return new HearthError('malformed-request', `This is no request of HTTP/1.1${what}.`);
    }
  }
}

export function headersTooLarge(): HearthError {
  return new HearthError(
    'headers-too-large',
    `The request line and headers may be ${limits.headerBytesMax} bytes, and ${limits.headersMax} headers; send less.`,
  );
}

export function tooSlow(): HearthError {
  return new HearthError('request-timeout', 'The request did not arrive in time; send it again.');
}
