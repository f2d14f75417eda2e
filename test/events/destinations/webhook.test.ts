import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Dispatch } from '../../../src/events/destinations/deliverer.js';
import { WebhookDeliverer } from '../../../src/events/index.js';
import { checkedLookup, SimulatedClock } from '../../../src/lib/index.js';

const inTime = { timeout: 20_000 };
const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', `whsec_${'A'.repeat(32)}`];
const dispatch: Dispatch = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  message: { body: Buffer.from('{"test": 2432232314}'), attributes: {} },
  traceId: '',
};
const signal = new AbortController().signal;

interface Got {
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** A receiver that notes what it gets and answers as told. */
async function begin(
  context: TestContext,
  answer: (response: http.ServerResponse) => void,
  clock = new SimulatedClock(1_614_265_330_000),
) {
  const got: Got[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    got.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const deliverer = new WebhookDeliverer({ secrets: async () => secrets, clock });
  context.after(async () => {
    await deliverer.stop();
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const deliver = (path = '/hook', more: Partial<Dispatch> = {}, host = '127.0.0.1') =>
    deliverer.deliver(
      { kind: 'webhook', url: `http://${host}:${port}${path}` },
      { ...dispatch, ...more },
      signal,
    );
  return { got, deliver, clock, deliverer };
}

test('a webhook gets one POST, signed by every secret in use', inTime, async (context) => {
  const { got, deliver } = await begin(context, (response) => response.end('thanks'));
  assert.deepEqual(await deliver(), { kind: 'done' });
  const [{ headers, body } = { headers: {}, body: '' }] = got;
  assert.equal(body, '{"test": 2432232314}');
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['webhook-id'], dispatch.id);
  assert.equal(headers['webhook-timestamp'], '1614265330');
  const [first, second] = String(headers['webhook-signature']).split(' ');
  // the example of the specification's own libraries
  assert.equal(first, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  const hmac = createHmac('sha256', Buffer.alloc(24)).update(`${dispatch.id}.1614265330.${body}`);
  assert.equal(second, `v1,${hmac.digest('base64')}`);
});

test('a dead letter carries its attributes as headers', inTime, async (context) => {
  const { got, deliver } = await begin(context, (response) => response.end());
  const attributes = { RequestID: 'r1', ErrorCode: '200', ErrorMessage: 'größer\n100 %' };
  await deliver('/', { message: { body: dispatch.message.body, attributes } });
  assert.equal(got[0]?.headers['x-hearth-request-id'], 'r1');
  assert.equal(got[0]?.headers['x-hearth-error-code'], '200');
  const told = String(got[0]?.headers['x-hearth-error-message']);
  assert.equal(decodeURIComponent(told), 'größer\n100 %');
});

test(
  'what is no success is tried again, but for those who say that it is final',
  inTime,
  async (context) => {
    let status = 500;
    const { got, deliver } = await begin(context, (response) => {
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    for (status of [400, 404, 429, 500, 503]) {
      const error = `it answered with status ${status}`;
      assert.deepEqual(await deliver(), { kind: 'retry', error });
    }
    for (status of [301, 307, 410]) assert.equal((await deliver()).kind, 'refused', String(status));
    assert.equal(got.length, 8, 'no redirect was followed');
  },
);

test(
  'an answer without an end is a success all the same, and is not read',
  inTime,
  async (context) => {
    const { deliver } = await begin(context, (response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    });
    assert.deepEqual(await deliver(), { kind: 'done' });
  },
);

test('a receiver that does not answer costs a bounded time', inTime, async (context) => {
  const clock = new SimulatedClock();
  const { deliver } = await begin(context, () => clock.advance(20_000), clock);
  assert.deepEqual(await deliver(), {
    kind: 'retry',
    error: 'it did not answer within 20 s',
  });
});

test('nobody there is a reason to try again', inTime, async (context) => {
  const { deliverer } = await begin(context, () => {});
  const url = 'http://127.0.0.1:1/';
  const { kind } = await deliverer.deliver({ kind: 'webhook', url }, dispatch, signal);
  assert.equal(kind, 'retry');
});

test('link-local addresses are refused, however they are written', inTime, async (context) => {
  const { deliverer } = await begin(context, () => {});
  for (const url of [
    'http://169.254.169.254/latest/meta-data',
    'http://2852039166/',
    'http://[fe80::1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fd00:ec2::254]/',
  ]) {
    const parsed = new URL(url).href;
    const result = await deliverer.deliver({ kind: 'webhook', url: parsed }, dispatch, signal);
    assert.equal(result.kind, 'refused', url);
  }
});

test(
  'a name is resolved once, and what was checked is what is connected to',
  inTime,
  async (context) => {
    const { got, deliver } = await begin(context, (response) => response.end());
    assert.deepEqual(await deliver('/', {}, 'localhost'), { kind: 'done' });
    assert.equal(got.length, 1);
    const found = await new Promise((resolve) => {
      checkedLookup('169.254.1.1', { all: true }, (error) => resolve(error?.code));
    });
    assert.equal(found, 'HEARTH_REFUSED_ADDRESS');
  },
);
