import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import {
  type AddressInfo,
  createConnection,
  createServer,
  type Server,
  type Socket,
} from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { Security } from '../../../src/cluster/index.js';
import { SimulatedClock } from '../../../src/lib/index.js';
import { PeerProof } from '../../../src/routing/handshake/proof.js';
import { linkProtocol } from '../../../src/routing/handshake/protocol.js';
import { limits, nodeId, parseHostPort, secretId } from '../../../src/types/index.js';
import { encodeForwardHead, endFlag, linkFrame, writeFrame } from '../../../src/wire/index.js';
import {
  callOf,
  type LinkNode,
  linkNodes,
  patient,
  ran,
  secretA,
  secretB,
  twoNodes,
} from './nodes.js';
import { End, type Recorder, until } from './pair.js';

const outsider = nodeId('0'.repeat(32));
const nonce = '5'.repeat(32);

for (const encrypted of [false, true]) {
  const how = encrypted ? 'over TLS' : 'plain';

  test(`nodes with one secret link to each other, ${how}`, async (t) => {
    const [a, b] = await twoNodes(t, { secrets: [secretA], encrypted });
    b.handle = async ({ invocation }) => ran(invocation.payload);
    const body = Buffer.alloc(1_000_000, 'x');
    const reply = await a.forward(b, { body });
    assert.ok(reply.kind === 'ran' && Buffer.compare(reply.outcome.payload, body) === 0);
    assert.equal((await b.forward(a)).kind, 'ran');
    assert.equal(a.links.counters().links, 1);
  });

  test(`nodes with different secrets do not, whoever dials, ${how}`, async (t) => {
    const [a, b] = await twoNodes(
      t,
      { secrets: [secretA], encrypted },
      { secrets: [secretB], encrypted },
    );
    assert.equal((await a.forward(b)).kind, 'unreachable');
    assert.equal((await b.forward(a)).kind, 'unreachable');
    assert.deepEqual([a.calls.length, b.calls.length], [0, 0]);
    assert.deepEqual([a.links.counters().links, b.links.counters().links], [0, 0]);
  });

  test(`while secrets are replaced, any that both hold will do, ${how}`, async (t) => {
    const [a, b] = await twoNodes(
      t,
      { secrets: [secretA, secretB], encrypted },
      { secrets: [secretB, secretA], encrypted },
    );
    assert.equal((await a.forward(b)).kind, 'ran');
    assert.equal((await b.forward(a)).kind, 'ran');
    // a link that stands stays; the next is made by what is held then
    a.links.useSecrets([secretA]);
    b.links.useSecrets([secretB]);
    assert.equal((await a.forward(b)).kind, 'ran');
    a.sees();
    a.sees(b);
    await until(() => b.links.counters().links === 0);
    assert.equal((await a.forward(b)).kind, 'unreachable');
  });
}

test('a node with a secret and one without do not link', async (t) => {
  const [a, b] = await twoNodes(t, { secrets: [secretA] }, {});
  assert.equal((await a.forward(b)).kind, 'unreachable');
  assert.equal((await b.forward(a)).kind, 'unreachable');
});

test('a node that encrypts its links and one that does not do not link', async (t) => {
  const secrets = [secretA];
  const [a, b] = await twoNodes(t, { secrets, encrypted: true }, { secrets });
  assert.equal((await a.forward(b)).kind, 'unreachable');
  assert.equal((await b.forward(a)).kind, 'unreachable');
});

/** Asks a node for a link by hand; resolves with the connection and the head of the answer. */
async function ask(
  t: TestContext,
  node: LinkNode,
  changes: Readonly<Record<string, string | null>> = {},
): Promise<{ socket: Socket; answer: string }> {
  const headers = {
    host: node.http,
    connection: 'upgrade',
    upgrade: 'hearth-link/2',
    'x-hearth-from': outsider,
    'x-hearth-to': node.id,
    'x-hearth-nonce': nonce,
    'x-hearth-transport': 'plain',
    'x-hearth-secret': secretId(secretA),
    ...changes,
  };
  const lines = Object.entries(headers).filter(([, value]) => value !== null);
  const socket = createConnection(parseHostPort(node.http, 'a node'));
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`GET /_hearth/link HTTP/1.1\r\n${head}\r\n`);
  let answer = '';
  while (!answer.includes('\r\n\r\n')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    answer += chunk.toString('latin1');
  }
  return { socket, answer };
}

const refusals: Record<string, [number, RegExp, Record<string, string | null>]> = {
  'for another node': [404, /not the node/, { 'x-hearth-to': outsider }],
  'for no node': [404, /not the node ''/, { 'x-hearth-to': null }],
  'from nobody': [400, /not as nodes make it/, { 'x-hearth-from': 'me' }],
  'without a nonce': [400, /not as nodes make it/, { 'x-hearth-nonce': null }],
  'over TLS': [400, /'plain' only/, { 'x-hearth-transport': 'tls' }],
  'with another secret': [403, /same --secret-file/, { 'x-hearth-secret': secretId(secretB) }],
  'without a secret': [403, /same --secret-file/, { 'x-hearth-secret': null }],
};

for (const [what, [status, text, changes]] of Object.entries(refusals)) {
  test(`a request for a link ${what} is refused by a plain HTTP error of one sentence`, async (t) => {
    const [a] = await linkNodes(t, { secrets: [secretA] });
    assert.ok(a !== undefined);
    const { socket, answer } = await ask(t, a, changes);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(answer, text);
    await once(socket, 'end');
  });
}

test('a stopping node refuses links', async (t) => {
  const [a] = await linkNodes(t, {});
  assert.ok(a !== undefined);
  await a.links.stop(0);
  assert.match((await ask(t, a, { 'x-hearth-secret': null })).answer, /^HTTP\/1.1 503 /);
});

/** What a node writes that forwards a request. */
function forwardFrame(): Buffer {
  const { invocation, revision, timeoutMs, place } = callOf(Buffer.alloc(0));
  const head = encodeForwardHead({
    ...invocation,
    caller: '',
    stream: false,
    revision,
    timeoutMs,
    place,
    bodyBytes: 0,
  });
  const parts: Uint8Array[] = [];
  const sink = { write: (part: Uint8Array) => parts.push(part) > 0, cork() {}, uncork() {} };
  writeFrame(sink, linkFrame.open | endFlag, 1, head);
  return Buffer.concat(parts);
}

/** The proof of a dialler that holds `secret`, for what the acceptor has answered. */
function proofFor(node: LinkNode, answer: string, secret: Uint8Array, encrypted = false): Buffer {
  const acceptorNonce = /x-hearth-nonce: (\w+)/.exec(answer)?.[1] ?? '';
  const shown = new PeerProof([secret], encrypted, linkProtocol).prove('dialler', {
    dialler: outsider,
    acceptor: node.id,
    diallerNonce: nonce,
    acceptorNonce,
    encrypted,
  });
  assert.ok(shown !== null);
  return shown;
}

test('who proves to hold the secret is served, and nobody before', async (t) => {
  const [a] = await linkNodes(t, { secrets: [secretA] });
  assert.ok(a !== undefined);
  const { socket, answer } = await ask(t, a);
  assert.match(answer, /^HTTP\/1.1 101 /);
  socket.write(Buffer.concat([proofFor(a, answer, secretA), forwardFrame()]));
  const [welcome] = (await once(socket, 'data')) as [Buffer];
  assert.equal(welcome[0], 6);
  await until(() => a.calls.length === 1);
});

test('who names the secret and cannot prove to hold it is cut off, and nothing it sent is read', async (t) => {
  const [a] = await linkNodes(t, { secrets: [secretA] });
  assert.ok(a !== undefined);
  const { socket, answer } = await ask(t, a);
  socket.write(Buffer.concat([proofFor(a, answer, secretB), forwardFrame()]));
  socket.resume();
  await until(() => socket.closed);
  assert.equal(a.calls.length, 0);
  assert.equal(a.links.counters().links, 0);
});

test('a recorded handshake is of no use again, nor is the proof of the other side', async (t) => {
  const [a] = await linkNodes(t, { secrets: [secretA] });
  assert.ok(a !== undefined);
  const first = await ask(t, a);
  const recorded = proofFor(a, first.answer, secretA);
  const second = await ask(t, a);
  second.socket.write(Buffer.concat([recorded, forwardFrame()]));
  second.socket.resume();
  await until(() => second.socket.closed);
  const third = await ask(t, a);
  const mirrored = /x-hearth-proof: (\w+)/.exec(third.answer)?.[1] ?? '';
  third.socket.write(Buffer.from(mirrored, 'hex'));
  third.socket.resume();
  await until(() => third.socket.closed);
  assert.equal(a.calls.length, 0);
});

test('who dials in and says nothing more is cut off after two seconds', async (t) => {
  const clock = new SimulatedClock();
  const [a] = await linkNodes(t, { clock, secrets: [secretA], timings: {} });
  assert.ok(a !== undefined);
  const { socket } = await ask(t, a);
  socket.resume();
  clock.advance(1999);
  assert.equal(socket.destroyed, false);
  clock.advance(2);
  await until(() => socket.closed);
});

for (const [what, sent, more] of [
  ['whole', 3, false],
  ['too long', 6, false],
  ['in pieces', 3, true],
  ['in pieces and too long', 20_000, true],
] as const) {
  test(`a body of another length than announced breaks the protocol: ${what}`, async (t) => {
    const [a] = await linkNodes(t, {});
    assert.ok(a !== undefined);
    const { socket, answer } = await ask(t, a, { 'x-hearth-secret': null });
    if (!answer.endsWith('\x06')) await once(socket, 'data');
    const end = new End(socket, true);
    const { invocation, revision, timeoutMs, place } = callOf(Buffer.alloc(0));
    const head = encodeForwardHead({
      ...invocation,
      caller: '',
      stream: false,
      revision,
      timeoutMs,
      place,
      bodyBytes: 5,
    });
    const asked = end.open(head, Buffer.alloc(sent), more);
    asked.stream?.end();
    await until(() => asked.told[0] === 'lost');
    assert.equal(a.calls.length, 0);
    assert.equal(a.links.counters().links, 0);
  });
}

test('bodies that are announced and do not come take a bounded room, and then others are turned away', async (t) => {
  const [a] = await linkNodes(t, {});
  assert.ok(a !== undefined);
  const { socket, answer } = await ask(t, a, { 'x-hearth-secret': null });
  if (!answer.endsWith('\x06')) await once(socket, 'data');
  const end = new End(socket, true);
  const { invocation, revision, timeoutMs, place } = callOf(Buffer.alloc(0));
  const bodyBytes = limits.invokeBodyBytesMax;
  const head = encodeForwardHead({
    ...invocation,
    caller: '',
    stream: false,
    revision,
    timeoutMs,
    place,
    bodyBytes,
  });
  const opened = Array.from({ length: 60 }, () => end.open(head, Buffer.alloc(0), true));
  const away = (): Recorder[] => opened.filter(({ told }) => told[0] === 'answered, ended');
  await until(() => away().length > 0);
  assert.deepEqual(away(), opened.slice(-away().length), 'the last ones');
  const [first] = opened;
  first?.stream?.cancel();
  const room = opened.length - away().length - 1;
  const again = [end.open(head, Buffer.alloc(0), true), end.open(head, Buffer.alloc(0), true)];
  await until(() => again[1]?.told[0] === 'answered, ended');
  assert.deepEqual(again[0]?.told, [], `${room} and this one have room`);
  assert.equal(a.calls.length, 0);
  // all that is lost with the link makes room again
  end.link.destroy();
  await until(() => a.links.counters().links === 0);
});

/** Something at a node's place that answers every request with `answer`. */
async function impostor(t: TestContext, answer: string): Promise<{ http: string; got: Buffer[] }> {
  const got: Buffer[] = [];
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      got.push(chunk);
      if (got.length === 1) socket.write(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { http: `127.0.0.1:${port}`, got };
}

const switching =
  'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: hearth-link/2\r\n';

const impostors: Record<string, string> = {
  'shows no proof': `${switching}x-hearth-nonce: ${nonce}\r\n\r\n\x06`,
  'shows a wrong proof': `${switching}x-hearth-nonce: ${nonce}\r\nx-hearth-proof: ${'00'.repeat(32)}\r\n\r\n\x06`,
  'shows half a proof': `${switching}x-hearth-nonce: ${nonce}\r\nx-hearth-proof: 00\r\n\r\n\x06`,
  'has no nonce': `${switching}\r\n\x06`,
  'is another server': 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi',
  'speaks no HTTP': 'SSH-2.0-OpenSSH_9.6\r\n',
};

for (const [what, answer] of Object.entries(impostors)) {
  test(`who is dialled and ${what} gets no request`, async (t) => {
    const [a] = await linkNodes(t, { secrets: [secretA] });
    assert.ok(a !== undefined);
    const { http, got } = await impostor(t, answer);
    a.sees({ id: outsider, http });
    assert.equal((await a.forward({ id: outsider })).kind, 'unreachable');
    assert.equal(got.length, 1, 'nothing but the request for a link');
  });
}

test('who has the headers right and no certificate is refused over TLS', async (t) => {
  const [a] = await linkNodes(t, { secrets: [secretA], encrypted: true });
  assert.ok(a !== undefined);
  for (const secret of [null, secretB]) {
    const { socket, answer } = await ask(t, a, { 'x-hearth-transport': 'tls' });
    assert.match(answer, /^HTTP\/1.1 101 /);
    const context = secret === null ? {} : new Security([secret]).context;
    const secured = connectTls({ ...context, socket, rejectUnauthorized: false });
    secured.on('error', () => {});
    // all is right but the certificate
    secured.write(proofFor(a, answer, secretA, true));
    secured.resume();
    await until(() => secured.closed);
  }
  assert.equal(a.links.counters().links, 0);
});

test('a secret that replaces another is used for certificates too', async (t) => {
  const [a, b] = await twoNodes(
    t,
    { secrets: [secretA], encrypted: true },
    { secrets: [secretB], encrypted: true },
  );
  a.links.useSecrets([secretB]);
  assert.equal((await a.forward(b)).kind, 'ran');
});

test('who proves itself in the headers and has another certificate gets no request', async (t) => {
  const [a] = await linkNodes(t, { secrets: [secretA], encrypted: true });
  assert.ok(a !== undefined);
  const { id } = a;
  const tls = createTlsServer({ ...new Security([secretB]).context });
  let refused = '';
  tls.on('tlsClientError', (error: NodeJS.ErrnoException) => {
    refused = error.code ?? '';
  });
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (request: Buffer) => {
      socket.pause();
      const shown = new PeerProof([secretA], true, linkProtocol).prove('acceptor', {
        dialler: id,
        acceptor: outsider,
        diallerNonce: /x-hearth-nonce: (\w+)/.exec(String(request))?.[1] ?? '',
        acceptorNonce: nonce,
        encrypted: true,
      });
      const proof = `x-hearth-proof: ${shown?.toString('hex')}\r\n`;
      socket.write(`${switching}x-hearth-nonce: ${nonce}\r\n${proof}\r\n`);
      tls.emit('connection', socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  a.sees({ id: outsider, http: `127.0.0.1:${port}` });
  assert.equal((await a.forward({ id: outsider })).kind, 'unreachable');
  await until(() => refused !== '');
});

test('a link that is broken while it is made is none', async (t) => {
  const [a] = await linkNodes(t, { secrets: [secretA], encrypted: true, timings: patient });
  assert.ok(a !== undefined);
  const { socket } = await ask(t, a, { 'x-hearth-transport': 'tls' });
  socket.destroy();
  const other = await ask(t, a, { 'x-hearth-transport': 'tls' });
  other.socket.write('this is not TLS');
  other.socket.resume();
  await until(() => other.socket.closed);
  assert.equal(a.links.counters().links, 0);
});
