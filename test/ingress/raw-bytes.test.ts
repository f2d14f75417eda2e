/**
 * Bytes that are nearly HTTP at a real listener: right requests with bytes changed, cut, doubled and put in, bodies
 * whose lengths are told wrongly, requests behind one another. Each connection ends in time, none is answered with a
 * 500, nothing is held afterwards. `HEARTH_FUZZ_ROUNDS=10000` sends more.
 */
import { strict as assert } from 'node:assert';
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { IngressServer } from '../../src/ingress/index.js';
import { systemClock } from '../../src/lib/index.js';
import { createBody, functions, makeHarness, options } from './harness.js';
import { modelOperations } from './sdk-shapes.js';
import { type WildRequest, wildRequest } from './shape-values.js';

const rounds = Number(process.env.HEARTH_FUZZ_ROUNDS ?? 600);
const seed = Number(process.env.HEARTH_FUZZ_SEED ?? 20_261_122);
/** How long a connection may last whose client has said that it sends no more. */
const connectionMs = 10_000;
/** What the heap may grow by: none of what was sent is kept. */
const heapBytesMax = 32 * 1024 * 1024;

const harness = makeHarness();
const server = new IngressServer({ ...harness.deps, clock: systemClock }, options);
let port = 0;
before(async () => {
  ({ port } = await server.start());
  await harness.call('POST', functions, { body: createBody('f', { Publish: true }) });
});
after(() => server.stop(0));

/** How the length of a body is told: rightly, or not. */
const framings: readonly ((body: Buffer) => Buffer)[] = [
  (body) => framed(`content-length: ${body.length}`, body),
  (body) => framed(`content-length: ${body.length + 7}`, body),
  (body) => framed(`content-length: ${Math.max(0, body.length - 3)}`, body),
  (body) => framed('content-length: -1', body),
  (body) => framed('content-length: 99999999999999999999', body),
  (body) => framed(`content-length: ${body.length}\r\ntransfer-encoding: chunked`, body),
  (body) => framed('transfer-encoding: chunked', chunk(body)),
  (body) => framed('transfer-encoding: chunked', Buffer.concat([body, Buffer.from('\r\n')])),
  (body) => framed('transfer-encoding: gzip, chunked', chunk(body)),
  (body) => framed('expect: 100-continue\r\ntransfer-encoding: chunked', chunk(body)),
  (body) => framed(`connection: upgrade\r\nupgrade: h2c\r\ncontent-length: ${body.length}`, body),
];

function framed(headers: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${headers}\r\n\r\n`), body]);
}

function chunk(body: Buffer): Buffer {
  const begin = Buffer.from(`${body.length.toString(16)};x=y\r\n`);
  return Buffer.concat([begin, body, Buffer.from('\r\n0\r\nt: u\r\n\r\n')]);
}

const change = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'double', 'insert', 'none', 'none'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc
      .constantFrom('\r\n', '\n', '\0', ' ', ':', '\r\n\r\n', '\t', 'HTTP/1.1', '%')
      .map(Buffer.from),
  ),
});
type Change = typeof change extends fc.Arbitrary<infer Made> ? Made : never;

const message = fc
  .record({
    operation: fc.constantFrom(...modelOperations).chain(wildRequest),
    framing: fc.constantFrom(...framings),
    changes: fc.array(change, { maxLength: 3 }),
  })
  .map(({ operation, framing, changes }) => changes.reduce(changed, written(operation, framing)));

function written(
  { method, target, headers, body }: WildRequest,
  framing: (body: Buffer) => Buffer,
) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${target} HTTP/1.1\r\nhost: h\r\n${lines.join('')}`;
  return Buffer.concat([Buffer.from(head), framing(Buffer.from(body))]);
}

function changed(bytes: Buffer, { kind, at, bytes: put }: Change): Buffer {
  const place = Math.floor(at * bytes.length);
  const [left, right] = [bytes.subarray(0, place), bytes.subarray(place)];
  if (kind === 'cut') return left;
  if (kind === 'double') return Buffer.concat([left, right.subarray(0, 40), right]);
  if (kind === 'insert') return Buffer.concat([left, put, right]);
  if (kind === 'flip') return Buffer.concat([left, put, right.subarray(put.length)]);
  return bytes;
}

/** What is in use once all garbage is gone. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** Sends and says that this was all; resolves with the statuses of all answers once the other side has ended. */
async function statusesOf(bytes: Buffer): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (data) => {
    text += data.toString('latin1');
  });
  // a connection that is cut is an answer, too
  socket.on('error', () => {});
  socket.end(bytes);
  await once(socket, 'close', { signal: AbortSignal.timeout(connectionMs) });
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status = '']) => status);
}

it('bytes that are nearly HTTP end in an answer or in the end of their connection', async () => {
  const seen = new Map<string, number>();
  const heapBefore = heapBytes();
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 3 }), async (messages) => {
      const statuses = await statusesOf(Buffer.concat(messages));
      for (const status of statuses) seen.set(status, (seen.get(status) ?? 0) + 1);
      assert.ok(!statuses.includes('500'), messages.map(String).join('\n'));
    }),
    { seed, numRuns: rounds },
  );
  for (const status of ['200', '400', '404']) assert.ok(seen.has(status), `no ${status}`);
  assert.equal(server.bodyBytesHeld, 0);
  // what the fakes remember of their own accord
  harness.invocations.length = 0;
  const grown = heapBytes() - heapBefore;
  assert.ok(grown < heapBytesMax, `the heap has grown by ${grown} bytes`);
  const health = await fetch(`http://127.0.0.1:${port}/_hearth/health`);
  assert.equal(health.status, 200);
});
