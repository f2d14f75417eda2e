import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { test } from 'node:test';
import { Metadata, status } from '@grpc/grpc-js';
import { openChannel } from '../../src/cluster/channel.js';
import { asBytes, methods } from '../../src/cluster/rpc.js';
import { systemClock } from '../../src/lib/index.js';
import { silentServer, startPair, TestNode } from './servers.js';

test('a connection that does not come about is begun anew after two seconds', async (t) => {
  let nowMs = 0;
  const node = new TestNode(0, [], {}, { ...systemClock, nowMs: () => nowMs });
  t.after(() => node.close());
  const { address, sockets } = await silentServer(t);
  const ask = (): Promise<unknown> => node.peers.call(address, methods.readIndex, {}, 100);
  // a machine that is busy may not even have begun to connect in that time
  do await assert.rejects(ask(), { code: status.DEADLINE_EXCEEDED });
  while (sockets.size === 0);
  const [first] = sockets;
  assert.ok(first !== undefined);
  nowMs = 1900;
  await assert.rejects(ask(), { code: status.DEADLINE_EXCEEDED });
  assert.equal(sockets.size, 1);
  nowMs = 2100;
  await Promise.all([
    once(first, 'close'),
    assert.rejects(ask(), { code: status.DEADLINE_EXCEEDED }),
  ]);
  assert.equal(sockets.size, 2);
});

test('a channel keeps its connection, however long ago it was used', async (t) => {
  let nowMs = 0;
  const { other } = await startPair(t, []);
  let connections = 0;
  const relay = createServer((socket) => {
    const onward = connect(other.port, '127.0.0.1', () => {
      connections++;
    });
    const cut = (): void => {
      socket.destroy();
      onward.destroy();
    };
    for (const end of [socket, onward]) end.on('error', cut).on('close', cut);
    socket.pipe(onward).pipe(socket);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const node = new TestNode(0, [], {}, { ...systemClock, nowMs: () => nowMs });
  t.after(() => {
    node.close();
    relay.close();
  });
  const { port } = relay.address() as AddressInfo;
  const ask = (): Promise<unknown> =>
    node.peers.call(`127.0.0.1:${port}`, methods.readIndex, {}, 3000);
  await ask();
  nowMs = 3_600_000;
  await Promise.all([ask(), ask(), ask()]);
  assert.equal(connections, 1);
  // gone and back between two uses: connected once more, not once per use; and once by the attempt
  // that the channel given up for it had under way, where that came through
  other.close();
  await assert.rejects(ask(), { code: status.UNAVAILABLE });
  const before = connections;
  await other.serve();
  nowMs += 3_600_000;
  await Promise.all([ask(), ask(), ask()]);
  const more = connections - before;
  assert.ok(more === 1 || more === 2, `${more} more connections for three uses`);
});

test('who opens a stream hears of it at once, and so keeps nothing to send it again', async (t) => {
  const { one, other } = await startPair(t, [], { table: () => {} });
  const signal = AbortSignal.timeout(5000);
  const table = one.peers.openTable(other.address, new Metadata());
  const channel = openChannel(other.address, one.security, {});
  const log = channel.client.makeClientStreamRequest(methods.raft.path, asBytes, asBytes, () => {});
  for (const stream of [table, log]) stream.on('error', () => {});
  try {
    await Promise.all([table, log].map((stream) => once(stream, 'metadata', { signal })));
  } finally {
    for (const stream of [table, log]) stream.cancel();
    channel.close();
  }
});
