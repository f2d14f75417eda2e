import { strict as assert } from 'node:assert';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable, Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { runCli } from '../../src/cli/index.js';
import { systemClock } from '../../src/lib/index.js';
import { idOf, LogNodes, requestId } from '../ingress/log-nodes.js';
import { type Ran, run } from './run.js';

const inTime = { timeout: 30_000 };
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /;

async function begin(context: TestContext) {
  const all = await LogNodes.start(context, 2);
  const env = { HEARTH_ENDPOINT: all.node(1).url };
  return { all, hearth: (...argv: string[]): Promise<Ran> => run(['logs', ...argv], { env }) };
}

test(
  'logs prints the lines of all nodes with their times, and says where there are none',
  inTime,
  async (context) => {
    const { all, hearth } = await begin(context);
    all.node(2).print('hello', 1, 'one\ntwo\n');
    const { code, stdout, stderr } = await hearth('hello');
    assert.deepEqual([code, stderr], [0, '']);
    const lines = stdout.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => line.replace(time, '')),
      [`START RequestId: ${requestId(1)} Version: $LATEST`, 'one', 'two'],
    );
    assert.ok(lines.every((line) => time.test(line)));
    assert.equal((await hearth('hello', '--limit', '1')).stdout.replace(time, ''), 'two\n');
    const json = JSON.parse((await hearth('hello', '--limit', '1', '--json')).stdout);
    assert.deepEqual([json.text, json.node, json.function], ['two', idOf(2), 'hello']);
    const none = await hearth('hello:7', '--request', requestId(1));
    assert.deepEqual([none.code, none.stdout], [0, '']);
    assert.match(none.stderr, /^no logs of hello:7 for what was asked/);
  },
);

test(
  'logs --since prints everything since then, however many answers that takes',
  inTime,
  async (context) => {
    const { all } = await begin(context);
    const many = Array.from({ length: 12_000 }, (_, number) => `line ${number}`);
    all.node(1).print('hello', 1, `${many.join('\n')}\n`);
    let text = '';
    // takes its time, as a terminal does
    const stdout = new Writable({
      write: (chunk, _encoding, done) => {
        text += chunk;
        setImmediate(done);
      },
    });
    const stderr = new PassThrough();
    const env = { HEARTH_ENDPOINT: all.node(1).url };
    const io = { stdin: Readable.from([]), stdout, stderr, env, clock: systemClock };
    assert.equal(await runCli(['logs', 'hello', '--since', '10m'], io), 0);
    await new Promise<void>((resolve) => stdout.end(resolve));
    const printed = text.trimEnd().split('\n').slice(1);
    assert.deepEqual(
      printed.map((line) => line.replace(time, '')),
      many,
    );
  },
);

test('logs tells what is wrong in one sentence', inTime, async (context) => {
  const { hearth } = await begin(context);
  const cases: [string[], number, RegExp][] = [
    [
      ['hello', '--since', 'yesterday'],
      1,
      /'since' must be a time such as .*InvalidParameterValue/,
    ],
    [['hello', '--limit', '0'], 2, /It must be a number of lines from 1 to 10000/],
    [['hello', '-f', '--until', '1m'], 2, /--follow and --until exclude each other/],
    [['hello:live'], 1, /There is no alias 'live' of hello/],
    [[], 2, /missing required argument 'name\[:qualifier\]'/],
    [['hello', '--endpoint', 'http://127.0.0.1:1'], 1, /no Hearth node answers at/],
  ];
  for (const [argv, expected, text] of cases) {
    const { code, stderr } = await hearth(...argv);
    assert.equal(code, expected, stderr);
    assert.match(stderr, text);
  }
});

test('logs names the nodes whose lines may be missing', inTime, async (context) => {
  const { all, hearth } = await begin(context);
  all.add(idOf(3), '127.0.0.1:1');
  const { code, stderr } = await hearth('hello');
  assert.equal(code, 0);
  assert.match(stderr, /^lines may be missing of: 33333333 \(127\.0\.0\.1:1: connect ECONNREFUSED/);
});

test(
  'logs -f prints what comes, goes on after a broken connection, and ends cleanly with Ctrl-C',
  inTime,
  async (context) => {
    const { all } = await begin(context);
    // a door that can be shut, as a node that restarts
    let target = all.node(1).url;
    const door = createServer((request, response) => {
      fetch(`${target}${request.url}`)
        .then(async ({ status, body }) => {
          response.writeHead(status);
          for await (const piece of body ?? []) response.write(piece);
          response.end();
        })
        .catch(() => response.destroy());
    });
    door.listen(0, '127.0.0.1');
    context.after(() => door.close());
    const { HEARTH_ENDPOINT } = await address(door);
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const io = {
      stdin: Readable.from([]),
      stdout,
      stderr,
      env: { HEARTH_ENDPOINT },
      clock: systemClock,
    };
    const ended = runCli(['logs', 'hello', '-f'], io);
    const lines = stdout.setEncoding('utf8')[Symbol.asyncIterator]();
    let text = '';
    const until = async (wanted: string): Promise<void> => {
      while (!text.includes(wanted)) text += (await lines.next()).value;
    };
    all.node(1).print('hello', 0, 'before\n');
    await until('before\n');
    all.node(1).print('hello', 1, 'first\n');
    await until('first\n');
    target = 'http://127.0.0.1:1';
    door.closeAllConnections();
    all.node(2).print('hello', 2, 'meanwhile\n');
    target = all.node(2).url;
    await until('meanwhile\n');
    process.emit('SIGINT', 'SIGINT');
    assert.equal(await ended, 0);
    assert.deepEqual(text.match(/before|first|meanwhile/g), ['before', 'first', 'meanwhile']);
    assert.match(String(stderr.read()), /Trying again/);
  },
);

test('logs -f says so where nobody answers from the beginning', inTime, async () => {
  const ran = await run(['logs', 'hello', '-f', '--endpoint', 'http://127.0.0.1:1']);
  assert.equal(ran.code, 1);
  assert.match(ran.stderr, /no Hearth node answers at http:\/\/127\.0\.0\.1:1/);
});

async function address(server: ReturnType<typeof createServer>) {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return { HEARTH_ENDPOINT: `http://127.0.0.1:${port}` };
}
