import { strict as assert } from 'node:assert';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { checkPorts } from '../../src/cli/ports.js';
import { freePorts } from '../free-ports.js';

test('a port taken for UDP alone is found, and named by its use', async (context) => {
  const socket = createSocket('udp4');
  const port = await freePorts();
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  context.after(() => socket.close());
  await checkPorts('127.0.0.1', [{ port, protocol: 'tcp', use: 'gRPC of node 1' }]);
  await assert.rejects(
    checkPorts('127.0.0.1', [{ port, protocol: 'udp', use: 'gossip of node 1' }]),
    {
      message: `port ${port} (gossip of node 1) is already in use; end what uses it or choose another --http.`,
    },
  );
});

test('a check leaves the port free', async () => {
  const port = await freePorts();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const needed = [{ port, protocol: 'tcp', use: 'a test' }] as const;
  await assert.rejects(checkPorts('127.0.0.1', needed), /already in use/);
  await new Promise((resolve) => server.close(resolve));
  await checkPorts('127.0.0.1', needed);
  await checkPorts('127.0.0.1', needed);
});
