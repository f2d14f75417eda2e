/** Real gRPC servers of nodes on loopback, with handlers that answer what a test wants to hear. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { GossipExchange } from '../../src/cluster/gossip-exchange.js';
import { Peers } from '../../src/cluster/peers.js';
import { Security } from '../../src/cluster/security.js';
import { type ClusterHandlers, ClusterServer } from '../../src/cluster/server.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { formatHostPort } from '../../src/types/index.js';
import { freePorts } from '../free-ports.js';

const unwanted = (): never => {
  throw new Error('not asked in this test');
};

const nothing: ClusterHandlers = {
  join: unwanted,
  propose: unwanted,
  readIndex: async () => ({ index: 7, known: true }),
  applied: async () => ({}),
  raft: () => {},
  exchange: (data) => data,
  table: unwanted,
  handover: unwanted,
};

/** One node's side of gRPC: what it serves, and what it calls others with. */
export class TestNode {
  readonly security: Security;
  readonly peers: Peers;
  readonly streams: GossipExchange;
  readonly address: string;
  #server: ClusterServer | null = null;

  constructor(
    readonly port: number,
    secrets: readonly Uint8Array[],
    private readonly handlers: Partial<ClusterHandlers> = {},
    clock = systemClock,
  ) {
    this.address = formatHostPort({ host: '127.0.0.1', port });
    this.security = new Security(secrets);
    this.peers = new Peers(clock, this.security);
    this.streams = new GossipExchange(systemClock, this.security);
  }

  async serve(): Promise<void> {
    const handlers = { ...nothing, ...this.handlers };
    this.#server = new ClusterServer(handlers, this.security, silentLogger);
    await this.#server.start({ host: '127.0.0.1', port: this.port });
  }

  close(): void {
    this.#server?.stop();
    this.peers.close();
  }
}

/** Serving nodes with these secrets each, closed when the test ends. */
export async function startNodes(
  t: TestContext,
  secrets: readonly (readonly Uint8Array[])[],
  handlers: Partial<ClusterHandlers> = {},
): Promise<TestNode[]> {
  const port = await freePorts();
  const nodes = secrets.map((held, i) => new TestNode(port + i, held, handlers));
  t.after(() => {
    for (const node of nodes) node.close();
  });
  for (const node of nodes) await node.serve();
  return nodes;
}

/** The two of them, of one secret, asserted to be there. */
export async function startPair(
  t: TestContext,
  secrets: readonly Uint8Array[],
  handlers: Partial<ClusterHandlers> = {},
): Promise<{ one: TestNode; other: TestNode }> {
  const [one, other] = await startNodes(t, [secrets, secrets], handlers);
  if (one === undefined || other === undefined) throw new Error('two nodes were asked for');
  return { one, other };
}

/** Takes connections, and never says a word on them. */
export async function silentServer(
  t: TestContext,
): Promise<{ address: string; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).resume();
    server.emit('taken');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('not bound');
  return { address: `127.0.0.1:${bound.port}`, sockets };
}
