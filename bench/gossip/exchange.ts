/**
 * What gossip wants of TCP, as small as it can be: a listener that answers requests, each behind its
 * length in four bytes, and leaves connections open that say nothing. A node has gRPC in this place.
 */
import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { GossipStreams } from '../../src/gossip/index.js';
import { type HostPort, parseHostPort } from '../../src/types/index.js';

const headerBytes = 4;

export const tcpStreams: GossipStreams = {
  exchange(address, request, timeoutMs) {
    const { host, port } = parseHostPort(address, 'a member address');
    return new Promise((resolve, reject) => {
      const socket = createConnection({ host, port });
      socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no reply in time')));
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('closed without a reply')));
      eachMessage(socket, (reply) => {
        resolve(reply);
        socket.destroy();
      });
      send(socket, request);
    });
  },
};

export class ExchangeServer {
  readonly #server: Server;

  constructor(answer: (request: Uint8Array) => Uint8Array | null) {
    this.#server = createServer((socket) => {
      socket.on('error', () => {});
      eachMessage(socket, (request) => {
        const reply = answer(request);
        if (reply === null) socket.destroy();
        else send(socket, reply);
      });
    });
  }

  /** Throws EADDRINUSE where the port is taken. */
  async start({ host, port }: HostPort): Promise<void> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
  }

  stop(): void {
    this.#server.close();
  }
}

function send(socket: Socket, message: Uint8Array): void {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(message.length);
  socket.write(Buffer.concat([header, message]));
}

function eachMessage(socket: Socket, take: (message: Uint8Array) => void): void {
  let held = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= headerBytes) {
      const end = headerBytes + held.readUInt32BE();
      if (held.length < end) return;
      const message = held.subarray(headerBytes, end);
      held = held.subarray(end);
      take(message);
    }
  });
}
