import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../free-ports.js';

const bin = fileURLToPath(new URL('../../../bin/hearth', import.meta.url));
const inTime = { timeout: 30_000 };

async function hearth(argv: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [bin, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code: Number(code), stdout, stderr };
}

test('help and version are exit code 0 on standard output', inTime, async () => {
  const help = await hearth(['--help']);
  assert.equal(help.code, 0);
  assert.match(help.stdout, /Usage: hearth[\s\S]*up [\s\S]*deploy [\s\S]*Examples:/);
  assert.match((await hearth(['invoke', '--help'])).stdout, /Examples:/);
  const version = await hearth(['--version']);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
});

const wrong: [argv: string[], message: RegExp][] = [
  [['frob'], /^hearth: unknown command 'frob'/],
  [['nodes', '--frob'], /^hearth: unknown option '--frob'/],
  [['deploy'], /^hearth: missing required argument 'path'/],
  [['deploy', 'a', 'b'], /^hearth: 'b' is one argument too many/],
  [['deploy', 'a', '--env', 'novalue'], /It must be NAME=VALUE/],
  [['up', '--nodes', '0'], /^hearth: --nodes is 0/],
  [['up', '--nodes', '51'], /^hearth: --nodes is 51; give a number from 1 to 50/],
  [['up', '--http', '65000'], /^hearth: --http is 65000/],
  [['up', '--sandbox', 'magic'], /^hearth: option '--sandbox <kind>' argument 'magic' is invalid/],
  [['node'], /^hearth: hearth node needs --data/],
  [['node', '--data', 'd', '--http', 'x', '--cluster', '127.0.0.1:1'], /^hearth: --http is 'x'/],
  [
    ['node', '--data', 'd', '--http', '127.0.0.1:1', '--cluster', '127.0.0.1:1'],
    /^hearth: --http and --cluster are both/,
  ],
  [['node', '--config', '/none.json'], /^hearth: --config \/none\.json cannot be read/],
  [
    ['nodes', '--endpoint', 'localhost:1'],
    /^hearth: --endpoint is 'localhost:1', which is not a URL/,
  ],
];

for (const [argv, message] of wrong) {
  test(`hearth ${argv.join(' ')} is a usage error, without a stack trace`, inTime, async () => {
    const ran = await hearth(argv);
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, message);
    assert.doesNotMatch(ran.stderr, /\n +at /);
    assert.equal(ran.stdout, '');
  });
}

test('where nobody listens the command says what to start', inTime, async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const ran = await hearth(['functions'], { HEARTH_ENDPOINT: `http://127.0.0.1:${port}` });
  assert.equal(ran.code, 1);
  assert.match(
    ran.stderr,
    new RegExp(`^hearth: no Hearth node answers at http://127.0.0.1:${port}; start`),
  );
});

test('up refuses at once where a port is taken, and leaves nothing', inTime, async (context) => {
  const port = await freePorts();
  const server = createServer().listen(port + 1, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const scratch = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(scratch, { recursive: true, force: true }));
  const ran = await hearth(['up', '--nodes', '1', '--http', String(port)], {
    TMPDIR: scratch,
  });
  assert.equal(ran.code, 1);
  assert.match(ran.stderr, new RegExp(`port ${port + 1} \\(HTTP of node 1\\) is already in use`));
  assert.deepEqual(await readdir(scratch), []);
});

test('up refuses a data directory that cannot be made', inTime, async () => {
  for (const data of ['/proc/hearth-test', `${bin}/below-a-file`]) {
    const ran = await hearth(['up', '--nodes', '1', '--http', '31999', '--data', data]);
    assert.equal(ran.code, 1);
    assert.match(ran.stderr, /^hearth: (port|--data .* cannot be made)/);
  }
});
