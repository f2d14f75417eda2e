import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { TextStream } from '../../src/ingress/http/http.js';
import { sendStream } from '../../src/ingress/http/send-stream.js';
import { SimulatedClock } from '../../src/lib/index.js';

const inTime = { timeout: 20_000 };

/** A client that has asked, the answer's other end, and how sending goes. */
async function sending(context: TestContext, stream: TextStream) {
  const clock = new SimulatedClock();
  const errors: unknown[] = [];
  let sent: Promise<void> = Promise.resolve();
  let response: ServerResponse | undefined;
  const server = createServer((_request, answer) => {
    response = answer;
    sent = sendStream(answer, { stream }, clock, (error) => errors.push(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const request = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  request.on('error', () => {});
  const [client] = (await once(request, 'response')) as [IncomingMessage];
  client.on('error', () => {});
  return { clock, errors, client, sent: () => sent, response: () => response };
}

test(
  'a client that goes ends the stream that it was told, also one that tells nothing',
  inTime,
  async (context) => {
    let ended = false;
    const { client, sent } = await sending(context, async function* (signal) {
      yield 'first\n';
      await once(signal, 'abort');
      ended = true;
    });
    await once(client, 'data');
    client.destroy();
    await sent();
    assert.ok(ended);
  },
);

test(
  'a stream is made only as fast as the client takes it, and a client that takes nothing is cut',
  inTime,
  async (context) => {
    let pieces = 0;
    const { client, clock, sent, response } = await sending(context, async function* () {
      for (;;) {
        pieces += 1;
        yield 'x'.repeat(1024 * 1024);
      }
    });
    client.pause();
    while (response()?.writableNeedDrain !== true) await new Promise(setImmediate);
    let before = -1;
    // whatever the sockets on the way can hold
    while (before !== pieces) {
      before = pieces;
      for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    }
    assert.ok(pieces < 50, `${pieces} MiB`);
    clock.advance(30_000);
    await sent();
    assert.equal(response()?.destroyed, true);
  },
);

test('a stream that fails is told to the node, and cut for the client', inTime, async (context) => {
  const { client, errors, sent } = await sending(context, async function* () {
    yield 'first\n';
    throw new Error('the disk is gone');
  });
  const closed = new Promise((resolve) => client.once('close', resolve));
  client.resume();
  await sent();
  await closed;
  assert.equal(client.complete, false);
  assert.match(String(errors[0]), /the disk is gone/);
});
