/** The Runtime API against a function's runtime that is broken or hostile: it harms nobody but itself. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { type Random, seededRandom } from '../../src/lib/index.js';
import { frameType } from '../../src/wire/index.js';
import { seedsOf } from '../seeds.js';
import { type ApiClient, startApi } from './runtime-api-client.js';
import { idOf } from './runtime-peer.js';

const deadline = { timeout: 30_000 };
const seeds = seedsOf({
  firstSeed: 'HEARTH_RUNTIME_API_FIRST_SEED',
  seedCount: 'HEARTH_RUNTIME_API_SEEDS',
  fixedSeeds: 1,
  freshSeeds: 2,
});
const stepsPerSeed = 150;
const next = 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n';

/** What a connection is answered until it is closed. */
async function exchange(api: ApiClient, ...parts: (string | Buffer)[]): Promise<string> {
  const socket = api.raw();
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  for (const part of parts) socket.write(part);
  socket.end();
  await new Promise((resolve) => socket.on('close', resolve));
  return Buffer.concat(received).toString();
}

/** One invocation, asked for and answered as it should be. */
async function roundTrip(api: ApiClient): Promise<void> {
  const { peer } = api;
  const asked = api.next();
  const stream = peer.invoke(`"event"`);
  assert.equal((await asked).body.toString(), '"event"');
  assert.equal((await api.respond(idOf(stream), '"answer"')).status, 202);
  for (;;) {
    const frame = await peer.next();
    if (frame.type === frameType.ready) continue;
    assert.equal(frame.type, frameType.result);
    assert.equal(frame.stream, stream);
    assert.equal(frame.payload.toString(), '"answer"');
    return;
  }
}

async function started(t: TestContext, changes = {}): Promise<ApiClient> {
  const api = await startApi(t, changes);
  await roundTrip(api);
  return api;
}

/** Asks for an invocation, and gives its stream. */
async function running(api: ApiClient): Promise<number> {
  const asked = api.next();
  const stream = api.peer.invoke();
  await asked;
  return stream;
}

function head(stream: number, ...headers: string[]): string {
  const path = `/2018-06-01/runtime/invocation/${idOf(stream)}/response`;
  return [`POST ${path} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n');
}

describe('the Runtime API, used wrongly', () => {
  it('refuses what is no HTTP, and goes on', deadline, async (t) => {
    const api = await started(t);
    const garbage = [
      '\0\0\0\0',
      'hello?\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: x\r\n${'a'.repeat(2_000_000)}`,
      `GET /${'a'.repeat(2_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnot a number\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
    ];
    for (const bytes of garbage) {
      const answer = await exchange(api, bytes);
      assert.match(answer, /^(HTTP\/1\.1 4\d\d|$)/, bytes.slice(0, 40));
    }
    await roundTrip(api);
  });

  it('tells the caller of an answer that is cut off, and goes on', deadline, async (t) => {
    const api = await started(t);
    const chunked = [
      'Transfer-Encoding: chunked',
      'Lambda-Runtime-Function-Response-Mode: streaming',
    ];
    const halves: [string, string][] = [
      [`${head(1, 'Content-Length: 10')}abc`, 'error'],
      [`${head(1, 'Transfer-Encoding: chunked')}3\r\nabc\r\n`, 'error'],
      [`${head(1, ...chunked)}`, 'error'],
      [`${head(1, ...chunked)}3\r\nabc\r\n`, 'end'],
      [`${head(1, ...chunked)}3\r\nabc\r\nnonsense`, 'end'],
    ];
    for (const [half, kind] of halves) {
      const stream = await running(api);
      const answer = await exchange(api, half.replaceAll(idOf(1), idOf(stream)));
      assert.match(answer, /^(HTTP\/1\.1 400|$)/);
      if (kind === 'end') {
        await api.peer.frame('begin');
        await api.peer.frame('chunk');
      }
      const error = await api.peer.error(kind as 'error' | 'end');
      assert.equal(error.errorType, 'Runtime.TruncatedResponse');
      await roundTrip(api);
    }
  });

  it('takes a body of single bytes, and of many pieces in its own time', deadline, async (t) => {
    const api = await started(t);
    const stream = await running(api);
    const socket = api.raw();
    socket.write(head(stream, 'Transfer-Encoding: chunked'));
    for (let at = 0; at < 200; at++) {
      socket.write('1\r\nx\r\n'.repeat(1000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.write('0\r\n\r\n');
    assert.equal((await api.peer.frame('result')).payload.toString(), 'x'.repeat(200_000));
    socket.destroy();
    await roundTrip(api);
  });

  it('answers requests that come all at once on one connection', deadline, async (t) => {
    const api = await started(t);
    const stream = await running(api);
    const socket = api.raw();
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.write(`${head(stream, 'Content-Length: 1')}1${next}`);
    assert.equal((await api.peer.frame('result')).payload.toString(), '1');
    api.peer.invoke('"piped"');
    while (!text.includes('"piped"')) await once(socket, 'data');
    assert.match(text, /^HTTP\/1\.1 202 [\s\S]*HTTP\/1\.1 200 /);
    socket.destroy();
  });

  it('keeps many who wait for next apart, and lets them go', deadline, async (t) => {
    const api = await started(t);
    const sockets = Array.from({ length: 60 }, () => api.raw());
    const answered: string[] = [];
    for (const socket of sockets) {
      socket.on('data', (chunk: Buffer) => {
        for (const [line] of chunk.toString().matchAll(/^HTTP.*$/gm)) answered.push(line);
      });
      socket.write(next);
    }
    for (let n = 0; n < 3; n++) {
      const stream = api.peer.invoke();
      while (answered.length <= n) await new Promise((resolve) => setImmediate(resolve));
      assert.equal((await api.respond(idOf(stream), '1')).status, 202);
      await api.peer.frame('result');
    }
    for (const socket of sockets) socket.destroy();
    assert.deepEqual(answered, Array(3).fill('HTTP/1.1 200 OK'));
    // connections that have gone get nothing: the next invocation goes to who asks now
    await Promise.all(sockets.map((socket) => socket.closed || once(socket, 'close')));
    await api.request('GET', '/ping');
    await roundTrip(api);
  });

  it('reads what is far too large to its end, and goes on', deadline, async (t) => {
    const api = await started(t, { answerBytesMax: 100_000 });
    const stream = await running(api);
    const parts = Array.from({ length: 100 }, () => Buffer.alloc(100_000));
    assert.equal((await api.respond(idOf(stream), parts)).status, 413);
    assert.equal((await api.peer.error('error')).errorType, 'Function.ResponseSizeTooLarge');
    await roundTrip(api);
  });

  for (const seed of seeds) {
    it(
      `answers any mixture of requests, and one answer a request (seed ${seed})`,
      deadline,
      async (t) => {
        const api = await started(t);
        await mixture(api, seededRandom(seed));
      },
    );
  }
});

/** Random requests one after another; whatever they are, an invocation is answered exactly once. */
async function mixture(api: ApiClient, random: Random): Promise<void> {
  const { peer } = api;
  let stream = await running(api);
  const first = stream;
  const pick = <T>(choices: readonly T[]): T => choices[random.below(choices.length)] as T;
  const bytes = () =>
    Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
  const answer = async (id: string) => {
    const { status } = await api.respond(id, bytes());
    assert([202, 400, 403].includes(status), `status ${status}`);
  };
  const steps: (() => Promise<unknown>)[] = [
    async () => {
      await answer(idOf(stream));
      stream = await running(api);
    },
    () => answer(idOf(pick([stream, stream + 1, 0]))),
    () => api.fail(idOf(stream), bytes().toString('latin1')),
    () => api.request('POST', '/2018-06-01/runtime/init/error', bytes()),
    () => api.request(pick(['GET', 'PUT', 'DELETE']), `/2018-06-01/${pick(['runtime', 'x'])}`),
    () => exchange(api, bytes()),
    () => exchange(api, head(stream, `Content-Length: ${random.below(50)}`), bytes()),
    () => exchange(api, head(stream).slice(0, random.below(100))),
  ];
  for (let step = 0; step < stepsPerSeed; step++) await pick(steps)();
  await answer(idOf(stream));
  const answered: number[] = [];
  while (answered.at(-1) !== stream) answered.push((await peer.next()).stream);
  const expected = Array.from({ length: stream - first + 1 }, (_, index) => first + index);
  assert.deepEqual(answered, expected);
  await roundTrip(api);
}
