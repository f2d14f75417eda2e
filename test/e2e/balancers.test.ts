/** Real balancers in front of three nodes: nginx and HAProxy from the distribution, as users have them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  Cluster,
  Command,
  eventually,
  freePorts,
  healthy,
  missing,
  pidsOf,
} from './cluster-harness.js';
import { call, deploy } from './functions.js';
import { Load } from './load.js';

let cluster: Cluster;
let directory = '';
before(async () => {
  cluster = await Cluster.up(['--no-examples']);
  directory = await mkdtemp(join(tmpdir(), 'balancers-'));
  await deploy(cluster.client(), 'where', 'exports.handler = async () => process.pid;');
  const ticks = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
    for (const tick of 'abcdef') {
      stream.write(tick);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    stream.end();
  });`;
  await deploy(cluster.client(), 'ticks', ticks);
});
after(async () => {
  await cluster.stop();
  await rm(directory, { recursive: true });
});

const servers = (): string[] => [1, 2, 3].map((i) => `127.0.0.1:${cluster.port + i}`);

/** Invocations that each node has taken from callers, wherever they ran. */
async function taken(): Promise<number[]> {
  const counts = servers().map(async (server) => {
    const text = await (await fetch(`http://${server}/_hearth/metrics`)).text();
    const lines = text.match(/^hearth_invocations_total\{function="where".* \d+$/gm) ?? [];
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  });
  return Promise.all(counts);
}

async function spreads(url: string): Promise<void> {
  await healthy(url);
  const before = await taken();
  for (let round = 0; round < 30; round++) {
    const answer = await fetch(`${url}/2015-03-31/functions/where/invocations`, { method: 'POST' });
    assert.equal(answer.status, 200);
    await answer.text();
  }
  const counts = (await taken()).map((count, node) => count - (before[node] ?? 0));
  for (const count of counts) assert.ok(count >= 8 && count <= 12, `taken by nodes: ${counts}`);
}

/** An answer that streams comes as it is written. */
async function streams(url: string): Promise<void> {
  const path = '/2021-11-15/functions/ticks/response-streaming-invocations';
  const answer = await fetch(`${url}${path}`, { method: 'POST' });
  const times: number[] = [];
  for await (const _ of answer.body ?? []) times.push(performance.now());
  const lastedMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  assert.ok(lastedMs > 100, `all of it came within ${lastedMs} ms`);
}

/** Stops node 2 by SIGTERM under constant load, and starts it no more; resolves with what failed. */
async function failuresWhileStopping(url: string): Promise<readonly string[]> {
  const load = Load.begin(url, ['where']);
  await load.answered(200);
  process.kill(cluster.nodePid(2), 'SIGTERM');
  await eventually(
    async () => pidsOf(`127.0.0.1:${cluster.port + 2}`, ' node '),
    (pids) => pids.length === 0,
  );
  await load.answered(200);
  return load.end();
}

test('nginx spreads requests over the nodes', { skip: missing('nginx') }, async (t) => {
  const port = await freePorts();
  const conf = join(directory, 'nginx.conf');
  await writeFile(
    conf,
    `daemon off; worker_processes 1; pid ${directory}/nginx.pid; error_log stderr warn;
     events { worker_connections 256; }
     http {
       access_log off; client_max_body_size 64m;
       client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
       fastcgi_temp_path ${directory}/f; uwsgi_temp_path ${directory}/u; scgi_temp_path ${directory}/s;
       upstream hearth { ${servers()
         .map((server) => `server ${server};`)
         .join(' ')} keepalive 16; }
       server {
         listen 127.0.0.1:${port};
         location / { proxy_pass http://hearth; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; }
       }
     }`,
  );
  const path = `${process.env.PATH}:/usr/sbin`;
  const nginx = new Command(
    spawn('nginx', ['-e', 'stderr', '-c', conf], { env: { ...process.env, PATH: path } }),
  );
  t.after(() => nginx.stop('SIGTERM'));
  await spreads(`http://127.0.0.1:${port}`);
  await streams(`http://127.0.0.1:${port}`);
  assert.equal(
    typeof (await call(cluster.client(`http://127.0.0.1:${port}`), 'where')).value,
    'number',
  );
});

test('HAProxy spreads requests over the nodes, and loses none when one is stopped', {
  skip: missing('haproxy'),
}, async (t) => {
  const port = await freePorts();
  const conf = join(directory, 'haproxy.cfg');
  await writeFile(
    conf,
    `defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
frontend in
  bind 127.0.0.1:${port}
  default_backend hearth
backend hearth
  balance roundrobin
  option httpchk GET /_hearth/health
${servers()
  .map((server, i) => `  server node${i + 1} ${server} check inter 500`)
  .join('\n')}
`,
  );
  const path = `${process.env.PATH}:/usr/sbin`;
  const haproxy = new Command(
    spawn('haproxy', ['-db', '-f', conf], { env: { ...process.env, PATH: path } }),
  );
  t.after(() => haproxy.stop('SIGTERM'));
  const url = `http://127.0.0.1:${port}`;
  await spreads(url);
  await streams(url);
  assert.deepEqual(await failuresWhileStopping(url), []);
});
