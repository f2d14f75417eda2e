/** What only a real listener can show: bounds on bodies, connections, upgrades, and an orderly end. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, it } from 'node:test';
import { Agent, request } from 'undici';
import { IngressServer, type Upgrade } from '../../src/ingress/index.js';
import { type Clock, nextTurn, systemClock } from '../../src/lib/index.js';
import type { Cancelled, Invocation } from '../../src/types/index.js';
import { functions, type Harness, makeHarness, options, outcome } from './harness.js';

interface Running {
  readonly server: IngressServer;
  readonly port: number;
  readonly origin: string;
  readonly harness: Harness;
}

interface RunOptions {
  readonly upgrades?: readonly Upgrade[];
  readonly connectionsMax?: number;
  readonly silenceMs?: number;
  readonly clock?: Clock;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function run({
  upgrades = [],
  clock = systemClock,
  ...more
}: RunOptions = {}): Promise<Running> {
  const harness = makeHarness();
  const deps = { ...harness.deps, clock };
  const server = new IngressServer(deps, { ...options, ...more }, upgrades);
  const { port } = await server.start();
  closers.push(() => server.stop(0));
  return { server, port, origin: `http://127.0.0.1:${port}`, harness };
}

function agent(): Agent {
  const made = new Agent();
  closers.push(() => made.destroy());
  return made;
}

async function raw(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  closers.push(async () => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** Everything that comes until the other side ends. */
async function untilEnd(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await once(socket, 'close', { signal: AbortSignal.timeout(10_000) });
  return text;
}

const invoke = `${functions}/f/invocations`;

describe('the listener', () => {
  it('answers many requests over one kept-alive connection', async () => {
    const { origin } = await run();
    const dispatcher = new Agent({ connections: 1, pipelining: 1 });
    closers.push(() => dispatcher.destroy());
    for (let index = 0; index < 20; index++) {
      const body = JSON.stringify({ index });
      const answer = await request(origin + invoke, { method: 'POST', body, dispatcher });
      assert.equal(answer.headers.connection, 'keep-alive');
      assert.equal(await answer.body.text(), body);
    }
  });

  it('dates answers by the time of the cluster, also where the clock of the machine is wrong', async () => {
    const hourMs = 3_600_000;
    const wallMs = () => systemClock.wallMs() - hourMs;
    const { origin } = await run({ clock: { ...systemClock, wallMs } });
    const { headers, body } = await request(`${origin}/_hearth/health`, { dispatcher: agent() });
    await body.dump();
    assert.ok(Math.abs(Date.parse(String(headers.date)) - wallMs()) < 60_000, `${headers.date}`);
  });

  it('says which port is taken, and what to do', async () => {
    const { port } = await run();
    const { deps } = makeHarness();
    const second = new IngressServer(deps, { ...options, http: { host: '127.0.0.1', port } });
    await assert.rejects(second.start(), {
      code: 'invalid-parameter',
      message: `port 127.0.0.1:${port} (--http) is already in use; stop the process that listens there or choose another port.`,
    });
    await second.stop(0);
  });

  it('refuses a body by its Content-Length at once', async () => {
    const { port, harness } = await run();
    const socket = await raw(
      port,
      `POST ${invoke} HTTP/1.1\r\nhost: h\r\ncontent-length: 99999999\r\n\r\n[`,
    );
    const [first] = await once(socket, 'data', { signal: AbortSignal.timeout(5000) });
    assert.match(String(first), /^HTTP\/1\.1 413 .*\r\nconnection: close\r\n/s);
    assert.equal(harness.invocations.length, 0);
  });

  it('refuses a chunked body when it passes the limit, and the client sees the answer', async () => {
    const { origin } = await run();
    let sent = 0;
    async function* chunks(): AsyncGenerator<Buffer> {
      for (; sent < 12; sent++) yield Buffer.alloc(1024 * 1024, 0x20);
    }
    const answer = await request(origin + invoke, {
      method: 'POST',
      body: Readable.from(chunks()),
      dispatcher: agent(),
    });
    assert.equal(answer.statusCode, 413);
    assert.match(await answer.body.text(), /6291456 bytes/);
  });

  it('tells a client that asks first to send, or not to', async () => {
    const { port } = await run();
    const small = await raw(
      port,
      `POST ${invoke} HTTP/1.1\r\nhost: h\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n`,
    );
    const [go] = await once(small, 'data', { signal: AbortSignal.timeout(5000) });
    assert.equal(String(go), 'HTTP/1.1 100 Continue\r\n\r\n');
    small.write('{}');
    const [answer] = await once(small, 'data', { signal: AbortSignal.timeout(5000) });
    assert.match(String(answer), /^HTTP\/1\.1 200 /);
    const large = await raw(
      port,
      `POST ${invoke} HTTP/1.1\r\nhost: h\r\nexpect: 100-continue\r\ncontent-length: 99999999\r\n\r\n`,
    );
    assert.match(await untilEnd(large), /^HTTP\/1\.1 413 /);
  });

  it('answers HEAD without a body but with its length', async () => {
    const { port, harness } = await run();
    harness.answer = () => outcome({ statusCode: 200, body: 'twelve bytes' });
    const socket = await raw(port, 'HEAD /fn/f HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n');
    const text = await untilEnd(socket);
    assert.match(text, /\r\ncontent-length: 12\r\n/);
    assert.ok(text.endsWith('\r\n\r\n'));
  });

  it('sends no body and no length with 204', async () => {
    const { port, harness } = await run();
    harness.answer = () => outcome({ statusCode: 204, body: 'not to be sent' });
    const socket = await raw(port, 'GET /fn/f HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n');
    const text = await untilEnd(socket);
    assert.match(text, /^HTTP\/1\.1 204 /);
    assert.doesNotMatch(text, /content-length|not to be sent/);
  });

  it('aborts the wait of a client that goes away', async () => {
    const { port, harness } = await run();
    let finish = (): void => {};
    const seen = new Promise<Invocation>((resolve) => {
      harness.answer = (invocation) => {
        resolve(invocation);
        return new Promise((answer) => {
          finish = () => answer(outcome(null));
        });
      };
    });
    const socket = await raw(
      port,
      `POST ${invoke} HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n`,
    );
    const { signal } = await seen;
    assert.ok(signal && !signal.aborted);
    socket.destroy();
    await aborted(signal);
    finish();
  });

  it('aborts all waits of a client that has asked ahead of its answers and is cut off', async () => {
    const { port, harness } = await run();
    const finish: (() => void)[] = [];
    const signals: Cancelled[] = [];
    const seen = new Promise<void>((resolve) => {
      harness.answer = (invocation) => {
        assert.ok(invocation.signal);
        signals.push(invocation.signal);
        if (signals.length === 3) resolve();
        return new Promise((answer) => finish.push(() => answer(outcome(null))));
      };
    });
    const asks = `POST ${invoke} HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n`;
    const socket = await raw(port, asks.repeat(3));
    await seen;
    socket.resetAndDestroy();
    for (const signal of signals) if (!signal.aborted) await aborted(signal);
    for (const each of finish) each();
  });

  it('holds no byte of a body longer than its request takes', async () => {
    const { server, origin, harness } = await run();
    let held = 0;
    harness.answer = () => {
      held = server.bodyBytesHeld;
      return outcome(null);
    };
    const body = JSON.stringify('x'.repeat(998));
    const dispatcher = agent();
    const answer = await request(origin + invoke, { method: 'POST', body, dispatcher });
    await answer.body.dump();
    // the next answer cannot come before the first request is closed: it is the same connection
    const next = await request(`${origin}/_hearth/health`, { dispatcher });
    await next.body.dump();
    assert.deepEqual([held, server.bodyBytesHeld], [1000, 0]);
  });

  it('outlives garbage, half requests and resets', async () => {
    const { port, origin } = await run();
    for (const text of [
      'not http at all\r\n\r\n',
      '\x16\x03\x01\x02\x00',
      `POST ${invoke} HTTP/1.1\r\nhost: h\r\ncontent-length: 100\r\n\r\nhalf`,
      `POST ${invoke} HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`,
      `POST ${invoke} HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
      `GET / HTTP/1.1\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`,
      'GET http://h/_hearth/health HTTP/1.1\r\n\r\n',
    ]) {
      const socket = await raw(port, text);
      socket.resetAndDestroy();
    }
    const answer = await request(`${origin}/_hearth/health`, { dispatcher: agent() });
    assert.equal(answer.statusCode, 200);
    await answer.body.dump();
  });
});

describe('what is no request', () => {
  const json = (answer: string): { message: string } =>
    JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));

  it('is told so as all errors are, and its connection ends', async () => {
    const { port, harness } = await run();
    const headers = (count: number): string =>
      Array.from({ length: count }, (_, index) => `x-${index}: 1\r\n`).join('');
    const cases: readonly (readonly [string, number, RegExp])[] = [
      ['not http at all\r\n\r\n', 400, /no request of HTTP\/1.1: Invalid method/],
      ['GET / HTTP/1.1\r\n\r\n', 400, /no Host header/],
      ['GET / HTTP/1.1\r\nhost: h\r\nx y: z\r\n\r\n', 400, /Invalid header token/],
      [`GET / HTTP/1.1\r\nhost: h\r\nx: ${'a'.repeat(17_000)}`, 431, /may be 16384 bytes/],
      [`GET /${'a'.repeat(17_000)} HTTP/1.1\r\nhost: h\r\n`, 431, /may be 16384 bytes/],
      [`GET / HTTP/1.1\r\nhost: h\r\n${headers(200)}\r\n`, 431, /and 200 headers/],
      [
        `POST ${invoke} HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`,
        400,
        /Invalid character in chunk size/,
      ],
      [
        `POST ${invoke} HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n`,
        400,
        /no request of HTTP/,
      ],
    ];
    for (const [text, status, message] of cases) {
      const answer = await untilEnd(await raw(port, text));
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), text.slice(0, 40));
      assert.match(answer, /\r\ncontent-type: application\/json\r\n/);
      assert.match(answer, /\r\nx-amzn-errortype: \w+\r\n/);
      assert.match(answer, /\r\nconnection: close\r\n/);
      assert.match(json(answer).message, message);
    }
    assert.equal(harness.invocations.length, 0);
  });

  it('takes 200 headers, and HTTP/1.0 without a Host', async () => {
    const { port } = await run();
    const headers = Array.from({ length: 198 }, (_, index) => `x-${index}: 1\r\n`).join('');
    const many = `GET /_hearth/health HTTP/1.1\r\nhost: h\r\n${headers}connection: close\r\n\r\n`;
    assert.match(await untilEnd(await raw(port, many)), /^HTTP\/1\.1 200 /);
    const old = await untilEnd(await raw(port, 'GET /_hearth/health HTTP/1.0\r\n\r\n'));
    assert.match(old, /^HTTP\/1\.1 200 /);
  });
});

describe('a connection', () => {
  const get = 'GET /_hearth/health HTTP/1.1\r\nhost: h\r\n\r\n';
  const post = `POST ${invoke} HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n`;

  it('on which the client sends no more still gets its answer, and what waits is told', async () => {
    const { port, harness } = await run();
    let finish = (): void => {};
    const seen = new Promise<Invocation>((resolve) => {
      harness.answer = (invocation) => {
        resolve(invocation);
        return new Promise((answer) => {
          finish = () => answer(outcome('after all'));
        });
      };
    });
    const socket = await raw(port, post);
    socket.end();
    const { signal } = await seen;
    assert.ok(signal !== undefined);
    if (!signal.aborted) await aborted(signal);
    finish();
    assert.match(await untilEnd(socket), /^HTTP\/1\.1 200 [\s\S]*"after all"$/);
  });

  it('that has ended while the node stood still gets nothing begun, and one that waits does', async () => {
    let pausedMs = 0;
    const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + pausedMs };
    const { port, harness } = await run({ clock });
    const begun: string[] = [];
    harness.answer = ({ payload }) => {
      begun.push(Buffer.from(payload).toString());
      return outcome('run');
    };
    const asks = (number: number): string => `${post.replace('length: 0', 'length: 1')}${number}`;
    const [gone, waits, looks] = [await raw(port, ''), await raw(port, ''), await raw(port, '')];
    await nextTurn();
    pausedMs = 600;
    gone.write(asks(1));
    gone.end();
    waits.write(asks(2));
    looks.write('GET /_hearth/health HTTP/1.1\r\nhost: h\r\n\r\n');
    looks.end();
    assert.match(await untilEnd(gone), /^HTTP\/1\.1 400 [\s\S]*caller went away/);
    // it begins nothing, and the other half of its connection may wait for the answer
    assert.match(await untilEnd(looks), /^HTTP\/1\.1 200 /);
    const [answer] = await once(waits, 'data', { signal: AbortSignal.timeout(5000) });
    assert.match(String(answer), /^HTTP\/1\.1 200 /);
    assert.deepEqual(begun, ['2']);
  });

  it('on which nothing moves that waits for its client ends, and one that waits for a function does not', async () => {
    const { server, port, harness } = await run({ silenceMs: 50 });
    let finish = (): void => {};
    harness.answer = () =>
      new Promise((answer) => {
        finish = () => answer(outcome('done'));
      });
    const waits = await raw(port, post);
    const half = await raw(port, `${post.replace('length: 0', 'length: 9')}[1, `);
    const [told] = await once(half, 'data', { signal: AbortSignal.timeout(5000) });
    assert.match(String(told), /^HTTP\/1\.1 408 [\s\S]*did not arrive in time/);
    half.destroy();
    finish();
    const [answer] = await once(waits, 'data', { signal: AbortSignal.timeout(5000) });
    assert.match(String(answer), /^HTTP\/1\.1 200 /);
    // more than the kernel takes in the place of a client that reads nothing
    harness.answer = () => outcome(null, { payload: Buffer.alloc(6 * 1024 * 1024, 0x20) });
    const takes = await raw(port, post.repeat(5));
    takes.pause();
    while (server.connections.open > 1) await nextTurn();
    takes.destroy();
  });

  it('takes 64 requests ahead of their answers, in order, and no more', async () => {
    const { port, harness } = await run();
    let finish = (): void => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let begun = 0;
    harness.answer = async () => {
      begun++;
      await finished;
      return outcome('done');
    };
    const socket = await raw(port, post.repeat(100));
    while (begun < 64) await nextTurn();
    finish();
    const text = await untilEnd(socket);
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);
    assert.deepEqual(statuses, [...Array(64).fill('200'), '429']);
    assert.equal(begun, 64);
  });

  it('that has been idle longest makes room for a new one, and none that owes an answer does', async () => {
    const { port, harness } = await run({ connectionsMax: 3 });
    harness.answer = () => new Promise(() => {});
    const busy = await raw(port, post);
    const idle = await raw(port, get);
    await once(idle, 'data', { signal: AbortSignal.timeout(5000) });
    const fresh = await raw(port, get);
    await once(fresh, 'data', { signal: AbortSignal.timeout(5000) });
    const third = await raw(port, post);
    await once(idle, 'close', { signal: AbortSignal.timeout(5000) });
    const fourth = await raw(port, post);
    await once(fresh, 'close', { signal: AbortSignal.timeout(5000) });
    assert.match(await untilEnd(await raw(port, get)), /^HTTP\/1\.1 429 [\s\S]*wait for answers/);
    assert.deepEqual(
      [busy, third, fourth].map(({ destroyed }) => destroyed),
      [false, false, false],
    );
    assert.equal(harness.invocations.length, 3);
  });
});

describe('an upgrade', () => {
  it('to the protocol of the node links is handed over, and cut where nobody else has ended it in time', async () => {
    const { server, port } = await run({
      upgrades: [
        {
          protocol: 'hearth',
          accept: (_request, socket) => {
            socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
            return null;
          },
        },
      ],
    });
    const socket = await raw(
      port,
      'GET /_hearth/link HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: hearth\r\n\r\n',
    );
    const [head] = await once(socket, 'data', { signal: AbortSignal.timeout(5000) });
    assert.match(String(head), /^HTTP\/1\.1 101 /);
    const closed = once(socket, 'close', { signal: AbortSignal.timeout(5000) });
    await server.stop(10);
    await closed;
  });

  it('to another protocol is ignored, and the request answered', async () => {
    const { port } = await run({
      upgrades: [{ protocol: 'hearth', accept: () => assert.fail('it is another protocol') }],
    });
    const socket = await raw(
      port,
      `POST ${invoke} HTTP/1.1\r\nhost: h\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\ncontent-length: 2\r\n\r\n[]`,
    );
    const [answer] = await once(socket, 'data', { signal: AbortSignal.timeout(5000) });
    assert.match(String(answer), /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n\[\]$/s);
  });
});

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe('stopping', () => {
  it('lets the requests under way finish, closes idle connections and takes nothing new', async () => {
    const { server, port, origin, harness } = await run();
    const idle = await raw(port, 'GET /_hearth/health HTTP/1.1\r\nhost: h\r\n\r\n');
    await once(idle, 'data', { signal: AbortSignal.timeout(5000) });
    let finish = (): void => {};
    const begun = new Promise<void>((resolve) => {
      harness.answer = () => {
        resolve();
        return new Promise((answer) => {
          finish = () => answer(outcome('done'));
        });
      };
    });
    const underWay = request(origin + invoke, { method: 'POST', dispatcher: agent() });
    await begun;
    const idleClosed = once(idle, 'close', { signal: AbortSignal.timeout(5000) });
    const stopped = server.stop(10_000);
    await idleClosed;
    await assert.rejects(request(origin, { dispatcher: agent() }), { code: 'ECONNREFUSED' });
    finish();
    const answer = await underWay;
    assert.equal(answer.headers.connection, 'close');
    assert.equal(await answer.body.text(), '"done"');
    await stopped;
  });

  it('answers what still comes on an idle connection for a while, and then ends those that are not used', async () => {
    const { server, port } = await run();
    const ask = 'GET /_hearth/health HTTP/1.1\r\nhost: h\r\n\r\n';
    const [used, unused] = await Promise.all([raw(port, ask), raw(port, ask)]);
    const signal = AbortSignal.timeout(5000);
    await Promise.all([used, unused].map((socket) => once(socket, 'data', { signal })));
    const stopped = server.stop(10_000, 500);
    while (await takesConnections(port)) signal.throwIfAborted();
    used.write(ask);
    assert.match(await untilEnd(used), /^HTTP\/1\.1 \d+ .*\r\nconnection: close\r\n/is);
    assert.equal(unused.readableEnded, false);
    await once(unused, 'close', { signal });
    await stopped;
  });

  it('does not wait for a connection that becomes idle while it stops', async () => {
    const { server, port, harness } = await run();
    const payload = Buffer.alloc(6 * 1024 * 1024, 0x20);
    harness.answer = () => outcome(null, { payload });
    const socket = await raw(port, `POST ${invoke} HTTP/1.1\r\nhost: h\r\n\r\n`);
    await once(socket, 'readable', { signal: AbortSignal.timeout(5000) });
    const stopped = server.stop(60_000);
    const text = await untilEnd(socket);
    assert.match(text, /\r\nConnection: keep-alive\r\n/i);
    assert.ok(text.length > payload.length);
    await stopped;
  });

  it('cuts what is not finished when the drain time is over', async () => {
    const { server, origin, harness } = await run();
    const begun = new Promise<void>((resolve) => {
      harness.answer = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    const underWay = request(origin + invoke, { method: 'POST', dispatcher: agent() });
    const cut = assert.rejects(underWay);
    await begun;
    await server.stop(50);
    await cut;
  });

  it('has a time before it in which all is served, and each answer ends its connection', async () => {
    const { server, origin, harness } = await run();
    server.ingress.drain();
    harness.health = { status: 'draining', reason: 'it stops' };
    const health = await request(`${origin}/_hearth/health`, { dispatcher: agent() });
    const served = await request(origin + invoke, { method: 'POST', dispatcher: agent() });
    assert.deepEqual([health.statusCode, served.statusCode], [503, 200]);
    for (const { headers, body } of [health, served]) {
      assert.equal(headers.connection, 'close');
      await body.dump();
    }
  });
});

/** Rejects after five seconds. */
function aborted(signal: Cancelled): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', resolve);
    const late = new Error('was not aborted');
    AbortSignal.timeout(5000).addEventListener('abort', () => reject(late));
  });
}
