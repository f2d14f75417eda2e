import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { status } from '@grpc/grpc-js';
import { methods } from '../../src/cluster/rpc.js';
import { Security } from '../../src/cluster/security.js';
import { startNodes, startPair, type TestNode } from './servers.js';

const [older, newer, foreign] = ['an older', 'a newer', 'a foreign'].map((name) =>
  Buffer.from(`${name} secret of the test`),
) as [Buffer, Buffer, Buffer];
const timeoutMs = 3000;

test('nodes with one secret talk, over TLS 1.3 and nothing less', async (t) => {
  const { one, other } = await startPair(t, [older]);
  await askBoth([one, other]);
  const { context } = one.security;
  const socket = await dial(other, { ...context });
  assert.equal(socket.getProtocol(), 'TLSv1.3');
  socket.destroy();
  await assert.rejects(dial(other, { ...context, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }));
  // the same after the secrets have changed
  other.security.use([older, newer]);
  await assert.rejects(dial(other, { ...context, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }));
});

test('who does not hold the secret is turned away, whatever it shows', async (t) => {
  const { one } = await startPair(t, [older]);
  const strangers = [[foreign], [foreign, older], []];
  for (const node of await startNodes(t, strangers)) {
    await assert.rejects(ask(node, one), { code: status.UNAVAILABLE });
    await assert.rejects(ask(one, node), { code: status.UNAVAILABLE });
  }
  // no certificate at all: TLS comes about, but not a byte of HTTP/2 does
  const socket = await dial(one, {});
  let bytes = 0;
  socket.on('data', (data) => {
    bytes += data.length;
  });
  await closed(socket);
  assert.equal(bytes, 0);
});

test('a cluster goes over to another secret with calls in every mixed state, and none fails', async (t) => {
  const nodes = await startNodes(t, [[older], [older], [older]]);
  await askBoth(nodes);
  for (const step of [[older, newer], [newer, older], [newer]]) {
    for (const node of nodes) {
      node.security.use(step);
      await askBoth(nodes);
    }
  }
  const [left] = await startNodes(t, [[older]]);
  const [first] = nodes;
  assert.ok(left !== undefined && first !== undefined);
  await assert.rejects(ask(left, first), { code: status.UNAVAILABLE });
});

test('connections that stand are not touched by a change of the secrets', async (t) => {
  let envelopes = 0;
  let arrived: () => void = () => {};
  const { one, other } = await startPair(t, [older], {
    raft: () => {
      envelopes++;
      arrived();
    },
  });
  const send = async (): Promise<void> => {
    const next = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    one.peers.sendRaft(other.address, { clusterId: 'c', from: 'a', to: 'b', term: 1 });
    await next;
  };
  await send();
  // nothing in common any more: a new connection would not come about
  one.security.use([older]);
  other.security.use([newer]);
  await assert.rejects(one.streams.exchange(other.address, Buffer.from('x'), timeoutMs));
  await send();
  assert.equal(envelopes, 2);
});

test('secrets do not begin or end while a node runs', async () => {
  const plain = new Security([]);
  plain.use([newer]);
  assert.equal(plain.context, null);
  const secure = new Security([older]);
  secure.use([]);
  assert.deepEqual(secure.secrets, [older]);
});

for (const [how, secrets] of [
  ['plain', []],
  ['with a secret', [older]],
] as const) {
  test(`connections that never speak, or speak nonsense, harm nobody (${how})`, async (t) => {
    const { one, other } = await startPair(t, secrets);
    const errors = t.mock.method(console, 'error');
    const dialPlain = async (): Promise<Socket> => {
      const socket = connectPlain(one.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      await once(socket, 'connect');
      return socket;
    };
    const idle = await Promise.all(Array.from({ length: 50 }, dialPlain));
    await ask(other, one);
    assert.ok(idle.every((socket) => socket.readyState === 'open'));
    for (const [i, socket] of idle.entries()) {
      if (i % 3 === 0) socket.destroy();
      else if (i % 3 === 1) socket.resetAndDestroy();
      else socket.end(Buffer.alloc(300, i));
    }
    await Promise.all(idle.map(closed));
    await one.streams.exchange(other.address, Buffer.from('x'), timeoutMs);
    await other.streams.exchange(one.address, Buffer.from('x'), timeoutMs);
    assert.equal(errors.mock.callCount(), 0);
  });
}

/** One call on the standing channel, and one on a new connection. */
async function ask(from: TestNode, to: TestNode): Promise<void> {
  await from.streams.exchange(to.address, Buffer.from('x'), timeoutMs);
  await from.peers.call(to.address, methods.readIndex, {}, timeoutMs);
}

async function askBoth(nodes: readonly TestNode[]): Promise<void> {
  for (const from of nodes) {
    for (const to of nodes) if (from !== to) await ask(from, to);
  }
}

async function dial(node: TestNode, options: object): Promise<TLSSocket> {
  const socket = connect({
    host: '127.0.0.1',
    port: node.port,
    servername: 'hearth',
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
    ...options,
  });
  await once(socket, 'secureConnect');
  socket.on('error', () => {});
  return socket;
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}
