import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { keyFetcher } from '../../../src/ingress/urls/fetch-keys.js';
import { SimulatedClock } from '../../../src/lib/index.js';

const inTime = { timeout: 20_000 };
const fetchKeys = keyFetcher(new SimulatedClock());

async function serving(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}/keys`;
}

test('what an issuer publishes is fetched', inTime, async (t) => {
  const uri = await serving(t, (_request, response) => response.end('{"keys":[]}'));
  assert.deepEqual(await fetchKeys(uri), { keys: [] });
});

test('redirects, errors, too many bytes and what is no JSON are refused', inTime, async (t) => {
  const answers: RequestListener[] = [
    (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1/' }).end('{}'),
    (_request, response) => response.writeHead(500).end('{"keys":[]}'),
    (_request, response) => response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`),
    (_request, response) => response.end('no JSON'),
  ];
  for (const answer of answers) await assert.rejects(fetchKeys(await serving(t, answer)));
});

test('an issuer that does not answer is given up', inTime, async (t) => {
  const clock = new SimulatedClock();
  const uri = await serving(t, () => clock.advance(5000));
  await assert.rejects(keyFetcher(clock)(uri), /no answer in time/);
});

test('what only the surroundings of this machine have is not asked', inTime, async () => {
  for (const uri of [
    'http://169.254.169.254/latest/meta-data',
    'http://2852039166/latest/meta-data',
    'http://[fe80::1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fd00:ec2::254]/',
    'http://0.0.0.0/',
    'http://224.0.0.1/',
  ]) {
    await assert.rejects(fetchKeys(uri), /is not one to fetch keys from/, uri);
  }
  await assert.rejects(fetchKeys('file:///etc/passwd'), /neither http nor https/);
});
