/** Clients that mean no good, or know no better, against a real node: it tells them so, and serves the others. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, Command, eventually, freePorts } from './cluster-harness.js';
import { deploy } from './functions.js';

const idleConnections = 10_000;
const get = 'GET /_hearth/health HTTP/1.1\r\nhost: h\r\n\r\n';

let port = 0;
let data = '';
let node: Command;
before(async () => {
  port = (await freePorts()) + 1;
  data = await mkdtemp(join(tmpdir(), 'hostile-clients-'));
  const config = join(data, 'config.json');
  await writeFile(config, JSON.stringify({ sandbox: 'process', sandboxesMax: 1, stemCellsMax: 0 }));
  node = Command.node(1, port - 1, data, '--config', config);
  await node.untilPrinted(/^ready /m);
  const client = Cluster.prototype.client.call(null, `http://127.0.0.1:${port}`);
  const wait = 'exports.handler = ({ ms }) => new Promise((done) => setTimeout(done, ms, ms));';
  await deploy(client, 'wait', wait);
});
after(async () => {
  await node.stop();
  await rm(data, { recursive: true });
});

async function open(...texts: readonly string[]): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  for (const text of texts) socket.write(text);
  return socket;
}

/** All that comes until the other side ends. */
async function untilEnd(socket: Socket, withinMs = 30_000): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  if (!socket.closed) await once(socket, 'close', { signal: AbortSignal.timeout(withinMs) });
  return text;
}

function invocation(name: string, body: string): string {
  const path = `/2015-03-31/functions/${name}/invocations`;
  return `POST ${path} HTTP/1.1\r\nhost: h\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

async function isWell(): Promise<void> {
  const fromMs = Date.now();
  const answer = await fetch(`http://127.0.0.1:${port}/_hearth/health`);
  assert.equal(answer.status, 200);
  const tookMs = Date.now() - fromMs;
  assert.ok(tookMs < 2000, `an answer took ${tookMs} ms`);
}

const openFiles = (): number => readdirSync(`/proc/${node.child.pid}/fd`).length;
const memoryKb = (): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${node.child.pid}/status`, 'utf8'))?.[1]);

function tooFewFiles(): string | false {
  const own = readFileSync('/proc/self/limits', 'utf8');
  const most = Number(/^Max open files\s+(\d+)/m.exec(own)?.[1] ?? Infinity);
  const needed = idleConnections + 4096;
  return most > needed ? false : `a process may open ${most} files here, not ${needed}`;
}

test('who is slow with the headers or the body is told so in time', async () => {
  const headers = await open('GET / HTTP/1.1\r\nhost: h\r\n');
  const trickle = setInterval(() => headers.write('x'), 500);
  const body = await open(`${invocation('wait', '{"ms":1}').slice(0, -4)}`);
  const fromMs = Date.now();
  const took = (done: Promise<unknown>): Promise<number> => done.then(() => Date.now() - fromMs);
  const told = [headers, body].map((socket) => once(socket, 'data'));
  const headersMs = await took(told[0] ?? Promise.resolve());
  clearInterval(trickle);
  const bodyMs = await took(told[1] ?? Promise.resolve());
  for (const socket of [headers, body]) socket.destroy();
  for (const [text] of await Promise.all(told)) {
    assert.match(String(text), /^HTTP\/1\.1 408 /);
    assert.match(String(text), /"message":"The request did not arrive in time/);
  }
  assert.ok(headersMs > 8000 && headersMs < 16_000, `headers: ${headersMs} ms`);
  assert.ok(bodyMs > 18_000 && bodyMs < 26_000, `body: ${bodyMs} ms`);
  await isWell();
});

test('ten thousand idle connections cost less than 32 kB each, and nobody else any time', {
  skip: tooFewFiles(),
}, async (t) => {
  const filesBefore = openFiles();
  const beforeKb = memoryKb();
  const sockets: Socket[] = [];
  while (sockets.length < idleConnections) {
    const some = await Promise.all(Array.from({ length: 250 }, () => open(get)));
    await Promise.all(some.map((socket) => once(socket, 'data')));
    sockets.push(...some);
  }
  const eachKb = (memoryKb() - beforeKb) / sockets.length;
  t.diagnostic(`${eachKb.toFixed(1)} kB each`);
  assert.ok(eachKb < 32, `${eachKb.toFixed(1)} kB each`);
  await isWell();
  assert.equal(sockets.filter(({ destroyed }) => destroyed).length, 0);
  for (const socket of sockets) socket.destroy();
  await eventually(
    async () => openFiles(),
    (files) => files < filesBefore + 50,
  );
});

test('floods of headers are cut short', async () => {
  const flood = async (): Promise<string> => {
    const socket = await open('GET / HTTP/1.1\r\nhost: h\r\n');
    const text = untilEnd(socket);
    for (let sent = 0; sent < 500 && !socket.destroyed; sent++) {
      if (!socket.write(`x-${sent}: ${'y'.repeat(1000)}\r\n`)) await delay(1);
    }
    return text;
  };
  for (const text of await Promise.all(Array.from({ length: 100 }, flood))) {
    assert.match(text, /^HTTP\/1\.1 431 /);
  }
  await isWell();
});

test('a thousand requests at once on one connection are answered in order as far as they are taken', async () => {
  const text = await untilEnd(await open(get.repeat(1000)));
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);
  assert.ok(statuses.length >= 64, String(statuses.length));
  assert.ok(statuses.slice(0, 64).every((status) => status === '200'));
  await isWell();
});

test('half-closed connections get their answers and are gone', async () => {
  const filesBefore = openFiles();
  const halves = await Promise.all(Array.from({ length: 300 }, () => open(get)));
  const texts = halves.map((socket) => untilEnd(socket));
  for (const socket of halves) socket.end();
  for (const text of await Promise.all(texts)) assert.match(text, /^HTTP\/1\.1 200 /);
  // half of a request is none
  const half = await open(invocation('wait', '{"ms":1}').slice(0, -4));
  half.end();
  assert.match(await untilEnd(half), /^HTTP\/1\.1 400 |^$/);
  await eventually(
    async () => openFiles(),
    (files) => files < filesBefore + 20,
  );
});

test('a client that goes away waits for a sandbox no longer', async () => {
  const waiting = async (): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${port}/_hearth/metrics`)).text();
    return Number(/^hearth_waiting_requests (\d+)/m.exec(text)?.[1]);
  };
  // the only sandbox there may be
  const runs = await open(invocation('wait', '{"ms":4000}'));
  await eventually(waiting, (count) => count === 0);
  const waits = await Promise.all(
    Array.from({ length: 20 }, () => open(invocation('wait', '{"ms":1}'))),
  );
  await eventually(waiting, (count) => count === 20);
  const halves = waits.filter((_, index) => index % 2 === 1);
  for (const socket of waits) {
    if (halves.includes(socket)) socket.end();
    else socket.destroy();
  }
  await eventually(waiting, (count) => count === 0);
  for (const text of await Promise.all(halves.map((socket) => untilEnd(socket)))) {
    assert.match(text, /^HTTP\/1\.1 400 [\s\S]*x-amzn-errortype: RequestAbortedException/);
  }
  runs.end();
  assert.match(await untilEnd(runs), /^HTTP\/1\.1 200 [\s\S]*4000$/);
});
