/**
 * The physical limit of Hearth's design, which is two processes that speak frames: a bare `node:http` front and
 * processes behind Unix sockets, without anything that a FaaS needs besides: no function to find, no caller to know,
 * nothing counted, written or limited. A process gets one request at a time, the one that was used last first, as
 * sandboxes do, or with `any` all that come.
 *
 * Arguments: the port, how many processes, `one` or `any`.
 */
import { spawn } from 'node:child_process';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createSocketServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFrame } from '../../src/wire/index.js';
import { readFrames, requestFrame } from './frames.js';

interface Waiting {
  readonly body: Buffer;
  readonly response: ServerResponse;
}

const [port, processes, atOnce] = process.argv.slice(2);
const idle: Backend[] = [];
const waiting: Waiting[] = [];

class Backend {
  readonly #answering = new Map<number, ServerResponse>();
  #stream = 0;

  constructor(private readonly socket: Socket) {
    readFrames(socket, (stream, payload) => {
      const response = this.#answering.get(stream);
      this.#answering.delete(stream);
      if (atOnce === 'one') this.#next();
      const headers = { 'content-type': 'application/json', 'content-length': payload.length };
      response?.writeHead(200, headers).end(payload);
    });
  }

  run({ body, response }: Waiting): void {
    this.#stream = (this.#stream % 1e9) + 1;
    this.#answering.set(this.#stream, response);
    writeFrame(this.socket, requestFrame, this.#stream, body);
  }

  #next(): void {
    const request = waiting.shift();
    if (request === undefined) idle.push(this);
    else this.run(request);
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const [only] = chunks;
    const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
    const backend = atOnce === 'one' ? idle.pop() : idle.at(-1);
    if (backend === undefined) waiting.push({ body, response });
    else backend.run({ body, response });
  });
});

const path = join(tmpdir(), `framed-${process.pid}`);
const sockets = createSocketServer((socket) => {
  idle.push(new Backend(socket));
  if (idle.length === Number(processes)) server.listen(Number(port), '127.0.0.1');
});
sockets.listen(path, () => {
  const program = fileURLToPath(new URL('framed-echo.js', import.meta.url));
  for (let count = 0; count < Number(processes); count++) {
    spawn(process.execPath, [program, path], { stdio: ['ignore', 'inherit', 'inherit'] });
  }
});
