/** Small pieces of HTTP: answering, handing out an invocation, reading a short body, refusing what is none. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type HttpAnswer, refusal, truncatedRequest } from './answers.js';
import type { Invocation } from './core.js';

export function reply(response: ServerResponse, { status, body }: HttpAnswer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Answers a request for `next`. */
export function deliver(response: ServerResponse, { head, payload }: Invocation): void {
  const headers = [
    'Lambda-Runtime-Aws-Request-Id',
    head.requestId,
    'Lambda-Runtime-Deadline-Ms',
    String(Math.trunc(head.deadlineWallMs)),
    'Content-Type',
    'application/json',
    'Content-Length',
    String(payload.length),
  ];
  const add = (name: string, value: string) => {
    if (value !== '') headers.push(name, headerText(value));
  };
  add('Lambda-Runtime-Invoked-Function-Arn', head.functionArn);
  add('Lambda-Runtime-Trace-Id', head.traceId);
  // JSON, where any character can be written in ASCII: not every client reads another in a header
  add('Lambda-Runtime-Client-Context', head.clientContext.replace(/[\u0080-\uffff]/g, escaped));
  response.writeHead(200, headers);
  response.end(payload);
}

/** The whole body, or as much of it as is allowed; calls back once, also where it ends early. */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
  then: (body: Buffer) => void,
): void {
  const parts: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= bytesMax) parts.push(chunk);
  });
  request.on('error', () => undefined);
  request.on('close', () => setImmediate(() => then(Buffer.concat(parts))));
}

/** For `clientError`: what is no HTTP, or ends in the middle. */
export function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { body } =
    error.code === 'HPE_INVALID_EOF_STATE'
      ? truncatedRequest
      : refusal(400, 'BadRequest', `This is no HTTP request: ${error.message}`);
  socket.end(
    'HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  socket.once('finish', () => socket.destroy());
}

export function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Any text as one line of a header, its bytes UTF-8. */
function headerText(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replace(/[^\t -~\u0080-\u00ff]/g, ' ');
}
