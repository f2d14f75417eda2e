/** The examples that `npm start` deploys, called through the balancer as the README shows. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Cluster, Command, eventually, freePorts, missing, root } from './cluster-harness.js';

const words = 'apple banana cherry date elderberry fig grape';
const fixture = (name: string): Promise<Buffer> => readFile(join(root, 'examples/fixtures', name));

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.up();
});
after(async () => {
  assert.deepEqual(await cluster.stop(), { code: 0, signal: null });
});

/** Requests in a row through the balancer, until three in turn ran where it is warm: each node took one of those. */
async function inTurn(
  path: string,
  body: string | Buffer,
  type: string,
  check: (answer: Response) => Promise<void>,
): Promise<void> {
  const starts: string[] = [];
  const settled = (): boolean => starts.slice(-3).join() === 'warm,warm,warm';
  for (let round = 0; round < 12 && !settled(); round++) {
    const answer = await fetch(`${cluster.url}${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'content-type': type },
    });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('x-hearth-hops') ?? '', /^[01]$/);
    assert.match(answer.headers.get('x-hearth-duration-ms') ?? '', /^\d+(\.\d+)?$/);
    assert.match(answer.headers.get('x-hearth-node') ?? '', /^[0-9a-f]{32}$/);
    starts.push(answer.headers.get('x-hearth-start') ?? '');
    await check(answer);
  }
  // a node that is asked before the news of the first sandbox has come, or finds it busy still, makes one of its own
  assert.equal(starts[0], 'cold');
  assert.ok(settled(), starts.join());
}

const invokePath = (name: string): string => `/2015-03-31/functions/${name}/invocations`;

test('word-length-map and word-length-reduce: the words reduce to 39', async () => {
  const lengths = [5, 6, 6, 4, 10, 3, 5];
  await inTurn(
    invokePath('word-length-map'),
    JSON.stringify(words),
    'application/json',
    async (answer) => assert.deepEqual(await answer.json(), lengths),
  );
  await inTurn(
    invokePath('word-length-reduce'),
    JSON.stringify(lengths),
    'application/json',
    async (answer) => assert.equal(await answer.json(), 39),
  );
});

test('the command line maps and reduces as well', async () => {
  const invoke = (name: string, data: string): Command =>
    Command.hearth(['invoke', name, '--data', data, '--endpoint', cluster.url]);
  const map = invoke('word-length-map', JSON.stringify(words));
  assert.equal((await map.ended()).code, 0);
  const reduce = invoke('word-length-reduce', map.stdout);
  assert.equal((await reduce.ended()).code, 0);
  assert.equal(reduce.stdout, '39\n');
});

for (const [name, type] of [
  ['landscape.jpg', 'image/jpeg'],
  ['flame.png', 'image/png'],
] as const) {
  test(`thumbnail: ${name} comes back as a PNG of at most 128 pixels`, async () => {
    const image = await fixture(name);
    // the second picture finds the sandboxes of the first one warm
    await fetch(`${cluster.url}/fn/thumbnail/`, { method: 'POST', body: new Uint8Array(image) });
    for (let round = 0; round < 3; round++) {
      const answer = await fetch(`${cluster.url}/fn/thumbnail/`, {
        method: 'POST',
        body: new Uint8Array(image),
        headers: { 'content-type': type },
      });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-type'), 'image/png');
      const png = Buffer.from(await answer.arrayBuffer());
      assert.equal(png.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
      const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
      assert.ok(
        Math.max(width, height) <= 128 && Math.min(width, height) > 0,
        `${width}x${height}`,
      );
    }
  });
}

test('thumbnail is answered by whichever node is asked', async () => {
  const image = await fixture('flame.png');
  for (const i of [1, 2, 3]) {
    const answer = await fetch(`${cluster.nodeUrl(i)}/fn/thumbnail/`, {
      method: 'POST',
      body: new Uint8Array(image),
      headers: { 'content-type': 'image/png' },
    });
    assert.equal(answer.status, 200);
    await answer.arrayBuffer();
  }
});

test('thumbnail: what is no picture is a clear 400', async () => {
  const answer = await fetch(`${cluster.url}/fn/thumbnail/`, {
    method: 'POST',
    body: 'no picture',
  });
  assert.equal(answer.status, 400);
  assert.ok((await answer.text()).length > 0);
});

test('thumbnail carries a real node_modules tree of hundreds of files', async () => {
  const files = await readdir(join(root, 'examples/thumbnail/node_modules'), { recursive: true });
  assert.ok(files.length > 300, `${files.length} files`);
});

test('log-stats agrees with what was asked of a real nginx', {
  skip: missing('nginx'),
}, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'access-log-'));
  t.after(() => rm(directory, { recursive: true }));
  const { log, asked } = await accessLog(directory);
  assert.equal(log.trim().split('\n').length, 3000);
  await inTurn('/fn/log-stats/', log, 'text/plain', async (answer) => {
    const stats = (await answer.json()) as Asked & { bytes: { p50: number; p95: number } };
    assert.deepEqual(stats.statuses, asked.statuses);
    assert.deepEqual(stats.paths, asked.paths);
    assert.equal(stats.bytes.total, asked.bytes.total);
    assert.equal(stats.bytes.p95, 20_000);
  });
});

interface Asked {
  readonly statuses: Record<string, number>;
  readonly paths: Record<string, number>;
  readonly bytes: { total: number };
}

/** Runs nginx, asks it 3,000 times, and returns its own access log with what was asked. */
async function accessLog(directory: string): Promise<{ log: string; asked: Asked }> {
  const port = await freePorts();
  await writeFile(join(directory, 'small.html'), 'x'.repeat(100));
  await writeFile(join(directory, 'large.html'), 'x'.repeat(20_000));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${directory}/${kind};`)
    .join(' ');
  await writeFile(
    join(directory, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${directory}/pid; user root;
     events { worker_connections 128; }
     http { ${temporary} access_log ${directory}/access.log combined; root ${directory};
       server { listen 127.0.0.1:${port}; location /moved { return 301 /small.html; } location /pid { deny all; } } }`,
  );
  const nginx = new Command(
    spawn('nginx', ['-e', 'stderr', '-c', join(directory, 'nginx.conf')], {
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    }),
  );
  const asked: Asked = { statuses: {}, paths: {}, bytes: { total: 0 } };
  try {
    const paths = ['/small.html', '/large.html', '/small.html', '/missing', '/moved', '/pid'];
    for (let round = 0; round < 3000; round++) {
      const path = paths[round % paths.length] ?? '';
      const ask = () => fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual' });
      const answer = round === 0 ? await eventually(ask, () => true) : await ask();
      asked.bytes.total += (await answer.arrayBuffer()).byteLength;
      asked.statuses[answer.status] = (asked.statuses[answer.status] ?? 0) + 1;
      asked.paths[path] = (asked.paths[path] ?? 0) + 1;
    }
  } finally {
    await nginx.stop('SIGQUIT');
  }
  return { log: await readFile(join(directory, 'access.log'), 'utf8'), asked };
}
