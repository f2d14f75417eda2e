/** A client with two addresses: what it tries again, where, and what it never does. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type Asked, BalancedClient } from './balanced-client.js';

const asked: Asked = { method: 'POST', path: '/x', headers: {}, body: '{}', mayRepeat: false };

async function serve(t: TestContext, listener: RequestListener): Promise<Server> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientOf(t: TestContext, nginx: string, haproxy: string, timeoutMs = 5000) {
  const addresses = [
    { name: 'nginx', url: nginx },
    { name: 'haproxy', url: haproxy },
  ] as const;
  const client = new BalancedClient(addresses, { key: null, timeoutMs });
  t.after(() => client.close());
  return client;
}

const works: RequestListener = (_, response) => response.end('well');

async function closedUrl(t: TestContext): Promise<string> {
  const server = await serve(t, works);
  const url = urlOf(server);
  server.close();
  await once(server, 'close');
  return url;
}

test('the way says which address is asked', async (t) => {
  const [one, other] = [await serve(t, works), await serve(t, works)];
  const client = clientOf(t, urlOf(one), urlOf(other));
  for (const [way, name] of [
    [0, 'nginx'],
    [0.49, 'nginx'],
    [0.5, 'haproxy'],
    [0.99, 'haproxy'],
  ] as const) {
    const { through, status, text, error } = await client.ask(asked, way);
    assert.deepEqual([through, status, text, error], [name, 200, 'well', null]);
  }
});

test('where nothing could be sent the other address is asked, whatever it is', async (t) => {
  const client = clientOf(t, await closedUrl(t), urlOf(await serve(t, works)));
  const { through, status } = await client.ask(asked, 0);
  assert.deepEqual([through, status], ['haproxy', 200]);
  const nobody = clientOf(t, await closedUrl(t), await closedUrl(t));
  assert.equal((await nobody.ask({ ...asked, mayRepeat: true }, 0)).error, 'ECONNREFUSED');
});

test('a connection that breaks without an answer is tried again only for what may be repeated', async (t) => {
  let count = 0;
  const breaks = await serve(t, (request) => {
    count++;
    request.socket.destroy();
  });
  const client = clientOf(t, urlOf(breaks), urlOf(await serve(t, works)));
  const once = await client.ask(asked, 0);
  assert.deepEqual([once.through, once.status, count], ['nginx', 0, 1]);
  assert.match(String(once.error), /^UND_ERR_SOCKET: |^ECONNRESET/);
  const repeated = await client.ask({ ...asked, mayRepeat: true }, 0);
  assert.deepEqual([repeated.through, repeated.status, count], ['haproxy', 200, 2]);
});

test('who does not answer in time is not asked twice', async (t) => {
  const silent = await serve(t, () => {});
  const client = clientOf(t, urlOf(silent), urlOf(await serve(t, works)), 50);
  const { through, error } = await client.ask({ ...asked, mayRepeat: true }, 0);
  assert.deepEqual([through, error], ['nginx', 'timeout']);
});

test('requests are signed for the address that they are sent to', async (t) => {
  const server = await serve(t, ({ headers }, response) => {
    response.end(`${headers.host} ${headers.authorization}`);
  });
  const key = { id: 'KEY', secret: 'secret' };
  const address = { name: 'nginx', url: urlOf(server) } as const;
  const client = new BalancedClient([address], { key, timeoutMs: 5000 });
  t.after(() => client.close());
  const { text } = await client.ask(asked, 0.9);
  assert.match(text, /^127\.0\.0\.1:\d+ AWS4-HMAC-SHA256 Credential=KEY\/.*host/);
});
