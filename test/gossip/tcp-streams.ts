/** Requests and replies over plain TCP, each on a connection of its own: what gRPC does in a node. */
import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { GossipStreams } from '../../src/gossip/index.js';
import { type HostPort, parseHostPort } from '../../src/types/index.js';

export const tcpStreams: GossipStreams = {
  async exchange(address, request, timeoutMs) {
    const { host, port } = parseHostPort(address, 'an address');
    const socket = createConnection({ host, port, timeout: timeoutMs });
    socket.on('timeout', () => socket.destroy(new Error('no reply in time')));
    socket.end(request);
    const reply = await everything(socket);
    if (reply.length === 0) throw new Error('no reply');
    return reply;
  },
};

export class TcpServer {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(answer: (request: Uint8Array) => Uint8Array | null) {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      everything(socket).then(
        (request) => socket.end(answer(request) ?? new Uint8Array()),
        () => {},
      );
    });
  }

  async listen({ host, port }: HostPort): Promise<number> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Connections that are held open. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Ends as a killed process does: everything breaks, and the port refuses from then on. */
  async kill(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }
}

async function everything(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks);
}
