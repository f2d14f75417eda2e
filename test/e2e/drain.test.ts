/** A node is stopped by SIGTERM under constant load: it says so first, finishes what it has, and nothing is lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cluster, eventually, pidsOf } from './cluster-harness.js';
import { call, deploy } from './functions.js';
import { Load } from './load.js';

test('nothing is lost behind the balancer of hearth up when nodes are stopped one after the other', async (t) => {
  const cluster = await Cluster.up(['--no-examples']);
  t.after(() => cluster.stop());
  const names = ['one', 'two', 'three'];
  for (const name of names) {
    const source =
      'exports.handler = () => new Promise((r) => setTimeout(r, 40 * Math.random(), 1));';
    await deploy(cluster.client(), name, source);
    await call(cluster.client(), name);
  }
  const load = Load.begin(cluster.url, names);
  for (const node of [2, 3]) {
    await load.answered(200);
    process.kill(cluster.nodePid(node), 'SIGTERM');
    await eventually(
      () => fetch(`${cluster.nodeUrl(node)}/_hearth/health`),
      ({ status }) => status === 503,
    );
    await eventually(
      async () => pidsOf(`127.0.0.1:${cluster.port + node}`, ' node '),
      (pids) => pids.length === 0,
    );
  }
  await load.answered(200);
  assert.deepEqual(await load.end(), []);
});

test('a node that leaves finishes what another has forwarded to it', async (t) => {
  const cluster = await Cluster.up(['--no-examples']);
  t.after(() => cluster.stop());
  const ids = await Promise.all([1, 2, 3].map((node) => idOf(cluster, node)));
  // on a busy machine a node may not wait for the other, and run it itself: then another function is tried
  for (let round = 1; round <= 10; round++) {
    const name = `slow-${round}`;
    const source =
      'exports.handler = ({ ms }) => new Promise((resolve) => setTimeout(resolve, ms, "done"));';
    await deploy(cluster.client(), name, source);
    const ran = (await invoke(cluster, 1, name, 1)).headers.get('x-hearth-node');
    const holder = ids.indexOf(ran ?? '') + 1;
    const before = await received(cluster, holder);
    let isOver = false;
    const answer = invoke(cluster, (holder % 3) + 1, name, 3000).finally(() => {
      isOver = true;
    });
    await eventually(
      () => received(cluster, holder),
      (count) => count > before || isOver,
    );
    if (isOver) continue;
    process.kill(cluster.nodePid(holder), 'SIGINT');
    const { status, headers } = await answer;
    assert.deepEqual([status, headers.get('x-hearth-node')], [200, ran]);
    return;
  }
  assert.fail('nothing was forwarded');
});

function invoke(cluster: Cluster, node: number, name: string, ms: number): Promise<Response> {
  const path = `/2015-03-31/functions/${name}/invocations`;
  return fetch(cluster.nodeUrl(node) + path, { method: 'POST', body: JSON.stringify({ ms }) });
}

/** How many requests others have forwarded to a node. */
async function received(cluster: Cluster, node: number): Promise<number> {
  const text = await (await fetch(`${cluster.nodeUrl(node)}/_hearth/metrics`)).text();
  return Number(/^hearth_forwards_received_total (\d+)/m.exec(text)?.[1]);
}

async function idOf(cluster: Cluster, node: number): Promise<string> {
  const page = await (await fetch(`${cluster.nodeUrl(node)}/_hearth/cluster`)).json();
  return (page as { self: string }).self;
}
