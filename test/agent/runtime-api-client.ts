/**
 * A function's runtime, played by the test: its bootstrap tells where the Runtime API is and waits, and the
 * test does the asking.
 */
import { chmodSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Init } from '../../src/wire/index.js';
import { bundle } from './fixture.js';
import { RuntimePeer, runtimeCommands } from './runtime-peer.js';

export interface HttpResult {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export class ApiClient {
  readonly #agent = new Agent({ keepAlive: true });

  constructor(
    readonly peer: RuntimePeer,
    readonly port: number,
  ) {}

  close(): void {
    this.#agent.destroy();
  }

  request(
    method: string,
    path: string,
    body?: Uint8Array | string | readonly (Uint8Array | string)[],
    headers: Readonly<Record<string, string>> = {},
    trailers: Readonly<Record<string, string>> = {},
  ): Promise<HttpResult> {
    return new Promise((resolve, reject) => {
      const { port } = this;
      const chunked = Array.isArray(body);
      const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: this.#agent });
      sent.on('error', reject);
      sent.on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers: received } = response;
          resolve({ status, headers: received, body: Buffer.concat(parts) });
        });
      });
      if (chunked) for (const part of body as readonly string[]) sent.write(part);
      if (Object.keys(trailers).length > 0) sent.addTrailers(trailers);
      sent.end(chunked ? undefined : body);
    });
  }

  next(): Promise<HttpResult> {
    return this.request('GET', '/2018-06-01/runtime/invocation/next');
  }

  respond(
    id: string,
    body: Uint8Array | string | readonly (Uint8Array | string)[],
    headers: Readonly<Record<string, string>> = {},
    trailers: Readonly<Record<string, string>> = {},
  ): Promise<HttpResult> {
    const path = `/2018-06-01/runtime/invocation/${id}/response`;
    return this.request('POST', path, body, headers, trailers);
  }

  fail(id: string, body: string, headers: Readonly<Record<string, string>> = {}) {
    return this.request('POST', `/2018-06-01/runtime/invocation/${id}/error`, body, headers);
  }

  /** A connection for what no HTTP client would send. */
  raw(): Socket {
    const socket = connect(this.port, '127.0.0.1');
    socket.on('error', () => undefined);
    return socket;
  }
}

/** The first line of its output is where the API is; then it runs on until it is killed. */
const waiting = '#!/bin/sh\necho "$AWS_LAMBDA_RUNTIME_API."\nexec sleep 60\n';

/** Starts the runtime with a bootstrap that leaves all to the test. */
export async function startApi(
  t: TestContext,
  changes: Partial<Init> = {},
  bootstrap = waiting,
): Promise<ApiClient> {
  const peer = await startBootstrap(t, bootstrap, changes);
  const [, port] = await peer.printed(/^127\.0\.0\.1:(\d+)\./);
  const client = new ApiClient(peer, Number(port));
  t.after(() => client.close());
  return client;
}

export function startBootstrap(
  t: TestContext,
  bootstrap: string,
  changes: Partial<Init> = {},
): Promise<RuntimePeer> {
  const root = bundle(t, { bootstrap });
  chmodSync(join(root, 'bootstrap'), 0o755);
  return RuntimePeer.start(t, runtimeCommands.custom, root, changes);
}
