/** Twenty nodes behind a round-robin balancer: what placing cold starts saves, and what it does to a burst. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FunctionRecord } from '../../src/catalog/index.js';
import { placementKey } from '../../src/catalog/index.js';
import { seededRandom } from '../../src/lib/index.js';
import { rendezvous } from '../../src/roles/index.js';
import { bundleHash, type NodeId } from '../../src/types/index.js';
import { type ClusterOptions, RoutedCluster } from './cluster.js';
import { recordOf } from './fixture.js';

const recordNumber = (number: number): FunctionRecord => {
  const codeHash = bundleHash(number.toString(16).padStart(64, '0'));
  return recordOf({ name: `f${number}`, codeHash });
};

const functions = 200;
const options: ClusterOptions = {
  nodes: 20,
  placing: true,
  startMs: 100,
  runMs: 20,
  idleMs: 1000,
  memoryMb: 8192,
  waitingMax: 1000,
  records: Array.from({ length: functions }, (_, number) => recordNumber(number)),
};

/** Requests for functions of which a few are asked for often and most seldom, one after another. */
async function play(cluster: RoutedCluster, seconds: number, perSecond: number): Promise<number> {
  const random = seededRandom(7);
  const weights = options.records.map((_, index) => 1 / (index + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const draw = (): number => {
    let left = random.next() * total;
    let drawn = -1;
    while (left >= 0) left -= weights[++drawn] ?? total;
    return drawn;
  };
  const answers: Promise<unknown>[] = [];
  for (let request = 0; request < seconds * perSecond; request++) {
    answers.push(cluster.invoke(request, `f${draw()}`));
    await cluster.pass(1000 / perSecond);
  }
  await cluster.pass(1000);
  return (await Promise.all(answers)).length;
}

test('with placement code is fetched by few nodes, and fewer sandboxes are made', async (t) => {
  const measure = async (placing: boolean) => {
    const cluster = new RoutedCluster({ ...options, placing });
    const requests = await play(cluster, 15, 200);
    const fetches = cluster.sum(({ fetched }) => fetched.size);
    const sandboxes = cluster.sum(({ sandboxesMade }) => sandboxesMade);
    const most = Math.max(...cluster.nodes.map(({ sandboxesMade }) => sandboxesMade));
    const spread = most / (sandboxes / options.nodes);
    t.diagnostic(
      `${placing ? 'placed' : 'here'}: ${requests} requests, ${fetches} fetches, ${sandboxes} sandboxes, the most at one node ${spread.toFixed(2)} of the mean`,
    );
    return { fetches, sandboxes, spread };
  };
  const here = await measure(false);
  const placed = await measure(true);
  assert.ok(placed.fetches < 0.5 * here.fetches, 'fetches');
  assert.ok(placed.sandboxes < here.sandboxes, 'sandboxes');
  assert.ok(placed.spread < 3, 'no node is swamped');
});

test('a burst at all nodes for one function starts at two of them at most', async (t) => {
  const burst = async (placing: boolean): Promise<number> => {
    const cluster = new RoutedCluster({ ...options, placing });
    const answers = Array.from({ length: 100 }, (_, node) => cluster.invoke(node, 'f3'));
    await cluster.pass(2500);
    for (const { node } of await Promise.all(answers)) assert.ok(node.length > 0);
    return cluster.nodesWith('f3').length;
  };
  const [here, placed] = [await burst(false), await burst(true)];
  t.diagnostic(`a burst of 100 starts the function at ${here} nodes, placed at ${placed}`);
  assert.equal(here, 20);
  assert.ok(placed <= 2);
});

test('a burst that the two nodes have no room for is served by the others', async () => {
  const cluster = new RoutedCluster({ ...options, waitingMax: 10 });
  const answers = Array.from({ length: 100 }, (_, node) => cluster.invoke(node, 'f3'));
  await cluster.pass(2500);
  await Promise.all(answers);
  assert.ok(cluster.nodesWith('f3').length > 2);
  assert.ok(cluster.sum(({ waitingPeak }) => waitingPeak) <= 10 * options.nodes);
});

test('code belongs to two nodes, whoever is asked; when one dies only what it had moves', async () => {
  const cluster = new RoutedCluster(options);
  const [dead] = cluster.nodes;
  assert.ok(dead !== undefined);
  const ids = cluster.nodes.map(({ id }) => id);
  const check = async (alive: readonly NodeId[]): Promise<void> => {
    for (const [number, record] of options.records.slice(0, 60).entries()) {
      const { name } = record;
      const answer = cluster.invoke(1 + ((7 * number) % 19), name);
      await cluster.pass(150);
      const { node } = await answer;
      assert.ok(rendezvous(placementKey(record), alive, 2).includes(node), `${name} at ${node}`);
    }
  };
  await check(ids);
  assert.ok(dead.fetched.size > 0, 'it had something');
  const before = dead.fetched.size;
  await cluster.pass(options.idleMs + 2000);
  cluster.change(dead.id, { status: 'dead' });
  await check(ids.slice(1));
  assert.equal(dead.fetched.size, before);
});
