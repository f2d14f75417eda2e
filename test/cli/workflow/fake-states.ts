/** A server in this process that answers operations of Step Functions as a test says, and Lambda as FakeLambda does. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface Asked {
  readonly operation: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

type Answer = (asked: Record<string, unknown>) => unknown;

/** Thrown by an answer: what the API calls an error. */
export class Refusal extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export class FakeStates {
  readonly asked: Asked[] = [];

  constructor(readonly answers: Record<string, Answer>) {}

  async start(context: TestContext): Promise<string> {
    const server = http.createServer((request, response) => {
      void this.#handle(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    context.after(() => {
      server.close();
      server.closeAllConnections();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  operations(): string[] {
    return this.asked.map(({ operation }) => operation);
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const target = String(request.headers['x-amz-target'] ?? '');
    const operation = target.replace(/^AWSStepFunctions\./, '');
    const text = Buffer.concat(chunks).toString();
    const body = text === '' ? {} : JSON.parse(text);
    this.asked.push({ operation, headers: request.headers, body });
    const send = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(value));
    };
    try {
      const answer = this.answers[operation];
      if (answer === undefined) throw new Refusal('UnknownOperationException', operation);
      send(200, answer(body) ?? {});
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      send(thrown.status, { __type: `com.amazon#${thrown.type}`, message: thrown.message });
    }
  }
}
