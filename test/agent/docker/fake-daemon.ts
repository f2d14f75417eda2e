/** Something that listens where a Docker daemon would, and answers as a test says. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryDirectory } from '../fixture.js';

export interface FakeDaemon {
  readonly socketPath: string;
  /** The requests so far, such as `DELETE /containers/a?force=true`. */
  readonly requests: readonly string[];
  /** Resolves when there have been so many. */
  received(count: number): Promise<void>;
}

export async function fakeDaemon(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<FakeDaemon> {
  const socketPath = join(temporaryDirectory(t), 's');
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
    server.emit('received');
  });
  server.listen(socketPath);
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    socketPath,
    requests,
    async received(count) {
      while (requests.length < count) await once(server, 'received');
    },
  };
}

/** As the daemon says no. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
}
