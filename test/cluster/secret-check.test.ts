import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createServer, type TLSSocket } from 'node:tls';
import { secretMismatch } from '../../src/cluster/secret-check.js';
import { Security } from '../../src/cluster/security.js';
import { systemClock } from '../../src/lib/index.js';
import { silentServer, startNodes } from './servers.js';

const right = Buffer.from('the right secret of the test');
const wrong = Buffer.from('a wrong secret of the test');

const mismatch = (address: string, secrets: readonly Uint8Array[]): Promise<string | null> =>
  secretMismatch(systemClock, new Security(secrets), address);

test('a member of the same secret fits, in whatever order the secrets are held', async (t) => {
  const [one, both, plain] = await startNodes(t, [[right], [wrong, right], []]);
  assert.ok(one && both && plain);
  assert.equal(await mismatch(one.address, [right]), null);
  assert.equal(await mismatch(one.address, [right, wrong]), null);
  assert.equal(await mismatch(both.address, [right, wrong]), null);
  assert.equal(await mismatch(plain.address, []), null);
});

test('secrets that do not fit are told apart', async (t) => {
  const [one, both, plain] = await startNodes(t, [[right], [wrong, right], []]);
  assert.ok(one && both && plain);
  const differs = /the cluster secret does not match the one of 127\.0\.0\.1/;
  assert.match((await mismatch(one.address, [wrong])) ?? '', differs);
  // it trusts what we would accept, but is shown the other one
  assert.match((await mismatch(one.address, [wrong, right])) ?? '', differs);
  // we do not accept what it shows
  assert.match((await mismatch(both.address, [right])) ?? '', differs);
  assert.match(
    (await mismatch(one.address, [])) ?? '',
    /does not match: .* has one, and this node/,
  );
  assert.match((await mismatch(plain.address, [right])) ?? '', /does not match: .* has none, and/);
});

test('nothing is said of the secret where nobody answers', async (t) => {
  const silent = await silentServer(t);
  // at the end of its time
  const impatient = {
    ...systemClock,
    after: (_: number, end: () => void) => systemClock.after(50, end),
  };
  assert.equal(await secretMismatch(impatient, new Security([right]), silent.address), null);
  const [closed] = await startNodes(t, [[right]]);
  assert.ok(closed);
  closed.close();
  assert.equal(await mismatch(closed.address, [right]), null);
});

test('a member that is slow to speak, or ends just then, does not refuse the secret', async (t) => {
  const { context } = new Security([right]);
  assert.ok(context);
  let accepted = 0;
  const speak: ((socket: TLSSocket) => void)[] = [() => {}];
  const server = createServer(
    { ...context, requestCert: true, ALPNProtocols: ['h2'] },
    (socket) => {
      socket.on('error', () => {});
      speak[Math.min(accepted++, speak.length - 1)]?.(socket);
      t.after(() => socket.destroy());
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const impatient = {
    ...systemClock,
    after: (_: number, end: () => void) => systemClock.after(200, end),
  };
  assert.equal(await secretMismatch(impatient, new Security([right]), address), null);
  accepted = 0;
  speak.splice(
    0,
    1,
    (socket) => socket.destroy(),
    (socket) => socket.write('settings'),
  );
  assert.equal(await mismatch(address, [right]), null);
  assert.equal(accepted, 2, 'one ending is not taken for a refusal');
});
