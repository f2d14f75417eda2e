import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request as plainRequest,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, createConnection, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { silentLogger, systemClock } from '../../../src/lib/index.js';
import { PeerProof } from '../../../src/routing/handshake/proof.js';
import { linkProtocol } from '../../../src/routing/handshake/protocol.js';
import { PeerHttp } from '../../../src/routing/index.js';
import { type NodeId, nodeId, parseHostPort, secretId } from '../../../src/types/index.js';

const secretA = Buffer.from('secret-a-0123456789abcdef');
const secretB = Buffer.from('secret-b-0123456789abcdef');
const outsider = nodeId('0'.repeat(32));
const answerMs = 5000;

interface Options {
  readonly secrets?: readonly Uint8Array[];
  readonly encrypted?: boolean;
}

/** A node that says who asks it. */
class HttpNode {
  readonly id: NodeId;
  readonly peerHttp: PeerHttp;
  readonly #server: Server;
  readonly #peers = new Map<Duplex, NodeId>();
  http = '';
  connections = 0;

  constructor(name: string, { secrets = [], encrypted = false }: Options) {
    this.id = nodeId(name.repeat(32));
    this.peerHttp = new PeerHttp(
      { clock: systemClock, logger: silentLogger },
      { self: () => this.id, secrets, encrypted },
    );
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('upgrade', async (request, socket, head) => {
      const connection = await this.peerHttp.accept(request, socket, head);
      if (connection === null) return;
      this.connections++;
      this.#peers.set(connection.socket, connection.peer);
      this.#server.emit('connection', connection.socket);
      connection.socket.resume();
    });
  }

  async listen(t: TestContext): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.http = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    t.after(async () => {
      await this.peerHttp.stop();
      this.#server.close();
      this.#server.closeAllConnections();
      for (const socket of this.#peers.keys()) socket.destroy();
    });
  }

  async ask(to: { id: NodeId; http: string }, body?: Uint8Array): Promise<Record<string, unknown>> {
    const more = body === undefined ? {} : { method: 'PUT' as const, body };
    const answer = await this.peerHttp.fetch(to, { path: '/page?a=b', answerMs, ...more });
    return (await answer.body.json()) as Record<string, unknown>;
  }

  async #answer(request: IncomingMessage, response: ServerResponse) {
    let bytes = 0;
    for await (const chunk of request) bytes += chunk.length;
    const from = this.#peers.get(request.socket) ?? null;
    response.end(JSON.stringify({ from, method: request.method, url: request.url, bytes }));
  }
}

async function twoNodes(t: TestContext, one: Options, other = one): Promise<[HttpNode, HttpNode]> {
  const nodes = [new HttpNode('a', one), new HttpNode('b', other)] as [HttpNode, HttpNode];
  await Promise.all(nodes.map((node) => node.listen(t)));
  return nodes;
}

for (const [how, options] of [
  ['without a secret', {}],
  ['with a secret', { secrets: [secretA] }],
  ['over TLS', { secrets: [secretA], encrypted: true }],
] as const) {
  test(`a node asks another, which knows who asks, ${how}`, async (t) => {
    const [a, b] = await twoNodes(t, options);
    const answer = await a.ask(b);
    assert.deepEqual(answer, { from: a.id, method: 'GET', url: '/page?a=b', bytes: 0 });
    const body = Buffer.alloc(3_000_000, 1);
    const large = await Promise.all([a.ask(b, body), a.ask(b, body)]);
    assert.deepEqual(
      large.map(({ bytes }) => bytes),
      [body.length, body.length],
    );
    assert.equal((await b.ask(a)).from, b.id);
    const { connections } = b;
    for (let round = 0; round < 3; round++) await a.ask(b);
    assert.equal(b.connections, connections, 'connections are used again');
  });
}

test('who asks without the handshake is nobody, whatever the headers say', async (t) => {
  const [a, b] = await twoNodes(t, { secrets: [secretA] });
  const asked = plainRequest(`http://${b.http}/page`, { headers: { 'x-hearth-from': a.id } });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer) text += chunk;
  assert.equal(JSON.parse(text).from, null);
});

for (const encrypted of [false, true]) {
  test(`nodes with other secrets are refused, ${encrypted ? 'over TLS' : 'plain'}`, async (t) => {
    const [a, b] = await twoNodes(
      t,
      { secrets: [secretA], encrypted },
      { secrets: [secretB], encrypted },
    );
    await assert.rejects(a.ask(b), /the cluster secret does not match/i);
    await assert.rejects(b.ask(a), /the cluster secret does not match/i);
    a.peerHttp.useSecrets([secretB, secretA]);
    assert.equal((await b.ask(a)).from, b.id);
    assert.equal((await a.ask(b)).from, a.id);
  });
}

test('a node that came to the address of another is not asked in its place', async (t) => {
  const [a, b] = await twoNodes(t, { secrets: [secretA] });
  await assert.rejects(a.ask({ id: outsider, http: b.http }), /not the node/);
});

test('a node that moved is asked where it is now', async (t) => {
  const [a, b] = await twoNodes(t, {});
  await assert.rejects(a.ask({ id: b.id, http: '127.0.0.1:1' }), /ECONNREFUSED/);
  assert.equal((await a.ask(b)).from, a.id);
});

test('the proof for a link is none for HTTP', async (t) => {
  const [, b] = await twoNodes(t, { secrets: [secretA] });
  const nonce = '5'.repeat(32);
  const { socket, answer } = await upgrade(t, b, nonce);
  assert.match(answer, /^HTTP\/1.1 101 /);
  const proof = new PeerProof([secretA], false, linkProtocol).prove('dialler', {
    dialler: outsider,
    acceptor: b.id,
    diallerNonce: nonce,
    acceptorNonce: /x-hearth-nonce: (\w+)/.exec(answer)?.[1] ?? '',
    encrypted: false,
  });
  const closed = once(socket, 'close');
  socket
    .resume()
    .write(Buffer.concat([proof ?? Buffer.alloc(0), Buffer.from('GET / HTTP/1.1\r\n\r\n')]));
  await closed;
  assert.equal(b.connections, 0);
});

test('a node that stops asks nobody, and is not left waiting', async (t) => {
  const [a, b] = await twoNodes(t, {});
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => silent.close());
  const http = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const waits = assert.rejects(a.ask({ id: outsider, http }));
  await a.peerHttp.stop();
  await waits;
  await assert.rejects(a.ask(b));
  await assert.rejects(b.ask(a), /This node stops/);
});

/** The first half of the handshake by hand. */
async function upgrade(t: TestContext, { id, http }: HttpNode, nonce: string) {
  const socket: Socket = createConnection(parseHostPort(http, 'a node'));
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  const lines = [
    'GET /_hearth/peer HTTP/1.1',
    `host: ${http}`,
    'connection: upgrade',
    'upgrade: hearth-http/1',
    `x-hearth-from: ${outsider}`,
    `x-hearth-to: ${id}`,
    `x-hearth-nonce: ${nonce}`,
    'x-hearth-transport: plain',
    `x-hearth-secret: ${secretId(secretA)}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  let answer = '';
  while (!answer.includes('\r\n\r\n')) answer += String((await once(socket, 'data'))[0]);
  return { socket, answer };
}
