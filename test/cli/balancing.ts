/** A balancer of `hearth up` in front of small HTTP servers, for its tests. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { Balancer } from '../../src/cli/balancer.js';
import { SimulatedClock } from '../../src/lib/index.js';
import { freePorts } from '../free-ports.js';

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

export const inTime = { timeout: 20_000 };

export async function serve(context: TestContext, handler: Handler): Promise<string> {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An origin that refuses connections. */
export async function refusing(): Promise<string> {
  return `http://127.0.0.1:${await freePorts()}`;
}

export async function balance(
  context: TestContext,
  targets: string[],
  clock = new SimulatedClock(),
) {
  const balancer = new Balancer(clock, { listen: { host: '127.0.0.1', port: 0 }, targets });
  const { port } = await balancer.start();
  context.after(() => balancer.stop());
  return `http://127.0.0.1:${port}`;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  rawHeaders: string[];
  body: Buffer;
}

export async function ask(
  url: string,
  options: http.RequestOptions = {},
  body?: Readable | string,
) {
  const request = http.request(url, { agent: false, ...options });
  if (body instanceof Readable) body.pipe(request);
  else request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const { statusCode = 0, headers, rawHeaders } = response;
  return { status: statusCode, headers, rawHeaders, body: Buffer.concat(chunks) } as Answer;
}

export const says =
  (text: string): Handler =>
  (request, response) => {
    request.resume();
    request.on('end', () => response.end(text));
  };
