/** Nodes that a rollout started in places of `hearth up`: real processes that hold locks, and do nothing else. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { NodeProcess } from '../../src/cli/node-process.js';
import { PlaceWatch, wasDrained } from '../../src/cli/place-watch.js';
import { planUp } from '../../src/cli/up-plan.js';
import { processMark, SimulatedClock } from '../../src/lib/index.js';

async function begin(context: TestContext, known: readonly number[] = []) {
  const data = await mkdtemp(join(tmpdir(), 'hearth-places-'));
  const releases = join(data, 'releases');
  await mkdir(join(releases, '0.3.0/bin'), { recursive: true });
  await writeFile(join(releases, '0.3.0/bin/hearth'), '');
  const { places } = planUp({ nodes: 1, http: 8080, sandbox: 'auto', data }, []);
  const found: NodeProcess[] = [];
  const children: ChildProcess[] = [];
  const watch = new PlaceWatch(
    {
      clock: new SimulatedClock(),
      isKnown: (pid) => known.includes(pid),
      found: (node) => found.push(node),
    },
    { places, releases },
  );
  context.after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(data, { recursive: true });
  });
  /** A process has the lock of the spare place. */
  const starts = async (version: string | null) => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
    children.push(child);
    await once(child, 'spawn');
    const mark = (await processMark(child.pid ?? 0)) ?? '';
    await mkdir(join(data, 'node-2'), { recursive: true });
    await writeFile(join(data, 'node-2/lock'), mark);
    if (version !== null) await writeFile(join(data, 'node-2/lock-release'), `${mark} ${version}`);
    return child;
  };
  return { watch, found, starts, data, releases, places };
}

async function ends(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('a node in a place that is nobody of its own is found once, with its release and program', async (context) => {
  const { watch, found, starts, releases, places } = await begin(context);
  await watch.look();
  assert.equal(found.length, 0);
  const child = await starts('0.3.0');
  await watch.look();
  await watch.look();
  assert.deepEqual(
    found.map(({ plan, pid, version }) => [plan, pid, version]),
    [[{ ...places[1], program: join(releases, '0.3.0/bin/hearth') }, child.pid, '0.3.0']],
  );
});

test('a node of a release that is not unpacked here would be started by the own program', async (context) => {
  const { watch, found, starts, places } = await begin(context);
  await starts('0.4.0');
  await watch.look();
  assert.deepEqual(found[0]?.plan, places[1]);
});

test('a child of its own is not found', async (context) => {
  const known: number[] = [];
  const { watch, found, starts } = await begin(context, known);
  known.push((await starts(null)).pid ?? 0);
  await watch.look();
  assert.equal(found.length, 0);
});

test('a node that gave its lock back ended well, one that did not was killed', async (context) => {
  const { watch, found, starts, data } = await begin(context);
  for (const how of ['exit code 0', 'killed, or crashed']) {
    const child = await starts('0.3.0');
    await watch.look();
    if (how === 'exit code 0') await rm(join(data, 'node-2/lock'));
    await ends(child);
    await watch.look();
    const node = found.at(-1);
    assert.deepEqual(await node?.exited, { how, reason: '' });
  }
  assert.equal(found.length, 2);
});

test('a node is told to stop and killed by its process, and never another with its number', async (context) => {
  const { watch, found, starts } = await begin(context);
  const child = await starts('0.3.0');
  await watch.look();
  found[0]?.terminate();
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGINT']);
  found[0]?.kill();
});

test('a node is ready when its health page says so', async (context) => {
  const { watch, found, starts, places } = await begin(context);
  let status = 503;
  const server = http.createServer((_, response) => response.writeHead(status).end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const place = places[1];
  assert.ok(place);
  Object.assign(place, { http: `127.0.0.1:${(server.address() as AddressInfo).port}` });
  await starts('0.3.0');
  let isReady = false;
  await watch.look();
  void found[0]?.ready.then(() => {
    isReady = true;
  });
  await watch.look();
  assert.equal(isReady, false);
  status = 200;
  await watch.look();
  await found[0]?.ready;
  assert.equal(isReady, true);
});

test('the mark beside the data tells whom a rollout has drained', async (context) => {
  const { watch, found, starts, data } = await begin(context);
  const child = await starts('0.3.0');
  await watch.look();
  const [node] = found;
  assert.ok(node);
  assert.equal(await wasDrained(node), false);
  await writeFile(join(data, 'node-2.drained'), (await processMark(child.pid ?? 0)) ?? '');
  assert.equal(await wasDrained(node), true);
});
