/** `hearth rollout` beside a server that answers as a node does. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { RolloutPageView } from '../../../src/cli/rollout/pages.js';
import { run } from '../run.js';
import { nowMs, pageOf, rolloutAt } from './pages.js';

const cluster = { self: 'a', master: 'a', term: 1, quorum: true, nodes: [] };

/** A node that answers with what `page` makes; null: it breaks the connection. */
async function node(context: TestContext, page: () => RolloutPageView | null) {
  const asked: string[] = [];
  const server = http.createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    if (request.method === 'POST') asked.push(`${request.url} ${body}`.trim());
    const shown = page();
    if (request.url === '/_hearth/cluster') response.end(JSON.stringify(cluster));
    else if (request.method === 'POST') response.end('{"id":4}');
    else if (shown === null) request.socket.destroy();
    else response.end(JSON.stringify(shown));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoint = ['--endpoint', `http://${address}`];
  return { address, asked, hearth: (...argv: string[]) => run(['rollout', ...argv, ...endpoint]) };
}

test('status, pause, resume, abort and history say what the node answers', async (context) => {
  const { hearth, asked } = await node(context, () => pageOf(rolloutAt('draining')));
  const status = await hearth('status');
  assert.equal(status.code, 0, status.stderr);
  assert.match(status.stdout, /^rollout 4: 0\.1\.0 -> 0\.2\.0, begun /);
  assert.equal(JSON.parse((await hearth('status', '--json')).stdout).current.id, 4);
  assert.equal((await hearth('pause')).stdout, 'the rollout is paused\n');
  assert.equal((await hearth('resume', '--json')).stdout, '{"action":"resumed"}\n');
  assert.equal((await hearth('abort')).stdout, 'the rollout is aborted\n');
  assert.match((await hearth('history')).stdout, /\n4 .* under way: draining\n$/);
  assert.equal(JSON.parse((await hearth('history', '--json')).stdout).current.id, 4);
  assert.deepEqual(asked, [
    '/_hearth/rollout/pause',
    '/_hearth/rollout/resume',
    '/_hearth/rollout/abort',
  ]);
});

test('a cluster that had no rollouts says how to begin one', async (context) => {
  const { hearth } = await node(context, () => pageOf(null));
  const { stdout, stderr } = await hearth('history');
  assert.deepEqual(
    [stdout, stderr],
    ['', 'no rollouts yet; begin one with: hearth rollout start MANIFEST\n'],
  );
});

test('the watch goes on at another member when the node that it asked ends', async (context) => {
  const past = [rolloutAt('finalised', { revision: 9, endedMs: nowMs })];
  const second = await node(context, () => pageOf(null, { past }));
  let looks = 0;
  const nodes = [{ id: 'b', http: second.address, version: '0.2.0', role: 'master' }];
  const first = await node(context, () => {
    looks += 1;
    return looks === 1 ? pageOf(rolloutAt('draining'), { nodes }) : null;
  });
  const { code, stdout, stderr } = await first.hearth('status', '--watch');
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /is finalised after 2 min 5 s: the cluster runs 0\.2\.0\.\n$/);
});

test('a watch that begins where nobody answers fails, and so does one that was rolled back', async (context) => {
  const past = [rolloutAt('rolled-back', { revision: 9, endedMs: nowMs, reason: 'it crashes' })];
  let looks = 0;
  const { hearth } = await node(context, () => {
    looks += 1;
    return looks === 1 ? pageOf(rolloutAt('draining')) : pageOf(null, { past });
  });
  const { code, stderr } = await hearth('status', '--watch');
  assert.equal(code, 1);
  assert.match(stderr, /^hearth: rollout 4 was rolled back .*: it crashes\.\n$/);
  const nobody = await run(['rollout', 'status', '--endpoint', 'http://127.0.0.1:1']);
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /no Hearth node answers at/);
});

test('a start sends the manifest, prints the number of the rollout, and says how to follow it', async (context) => {
  const { hearth, asked } = await node(context, () => pageOf(null));
  const directory = await mkdtemp(join(tmpdir(), 'hearth-rollout-'));
  context.after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'manifest.json');
  const manifest = {
    version: '0.2.0',
    digest: `sha256:${'a'.repeat(64)}`,
    formatLevel: 2,
    artifact: 'hearth-0.2.0.tgz',
    signature: `${'A'.repeat(86)}==`,
  };
  await writeFile(file, JSON.stringify(manifest));
  const { code, stdout, stderr } = await hearth('start', file);
  assert.deepEqual(
    [code, stdout, stderr],
    [0, 'rollout 4 has begun\n', 'follow it with: hearth rollout status --watch\n'],
  );
  assert.equal((await hearth('start', directory)).code, 0);
  assert.equal((await hearth('start', '--again', '--json')).stdout, '{"id":4}\n');
  const artifact = pathToFileURL(join(directory, manifest.artifact)).href;
  const sent = `/_hearth/rollout/start ${JSON.stringify({ ...manifest, artifact })}`;
  assert.deepEqual(asked, [sent, sent, '/_hearth/rollout/start?again=true']);
  const wrong = await hearth('start', join(directory, 'none.json'));
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /^hearth: .*none\.json/);
});
