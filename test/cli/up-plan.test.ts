import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  checkUpOptions,
  neededPorts,
  nodeArguments,
  nodeSettings,
  planUp,
  type UpMemory,
} from '../../src/cli/up-plan.js';

const options = { nodes: 3, http: 8080, sandbox: 'auto', data: '/d' } as const;
const joins = (present: string[]) => planUp(options, present).nodes.map((node) => node.join);

test('in a fresh directory node 1 founds the cluster and the others join it', () => {
  assert.deepEqual(joins(['secret']), [[], ['127.0.0.1:9081'], ['127.0.0.1:9081']]);
});

test('where a cluster was, nobody founds a second one: every node is told all others', () => {
  const all = [
    ['127.0.0.1:9082', '127.0.0.1:9083'],
    ['127.0.0.1:9081', '127.0.0.1:9083'],
    ['127.0.0.1:9081', '127.0.0.1:9082'],
  ];
  assert.deepEqual(joins(['node-1', 'node-2', 'node-3', 'secret']), all);
  // Node 1's directory was lost: it must join, too.
  assert.deepEqual(joins(['node-2']), all);
});

test('fewer nodes than the directory holds are refused', () => {
  assert.throws(() => planUp({ ...options, nodes: 2 }, ['node-1', 'node-2', 'node-3']), {
    message: '/d holds a cluster of 3 nodes; start it with --nodes 3 or choose another --data.',
  });
});

const places = ['node-1', 'node-2', 'node-3', 'node-4'];

function planned(memory: UpMemory, nodes = 3, present = places) {
  return planUp({ ...options, nodes }, present, memory).nodes.map(({ number }) => number);
}

test('after a rollout the cluster is where nodes ran last, whichever place is spare', () => {
  const lastRanMs = { 'node-1': 5, 'node-2': 9, 'node-3': 9, 'node-4': 9 };
  assert.deepEqual(planned({ nodes: 3, lastRanMs }), [2, 3, 4]);
  const { nodes } = planUp(options, places, { nodes: 3, lastRanMs });
  assert.deepEqual(nodes[0]?.join, ['127.0.0.1:9083', '127.0.0.1:9084']);
});

test('where nodes had died, the places that ran last before are taken, too', () => {
  const lastRanMs = { 'node-1': 7, 'node-2': 3, 'node-3': 9, 'node-4': 5 };
  assert.deepEqual(planned({ nodes: 3, lastRanMs }), [1, 3, 4]);
});

test('a cluster that was in the middle of a rollout goes on with all of its nodes', () => {
  const lastRanMs = { 'node-1': 9, 'node-2': 9, 'node-3': 9, 'node-4': 9 };
  assert.deepEqual(planned({ nodes: 3, lastRanMs }), [1, 2, 3, 4]);
});

test('a cluster grows into places that were never used, and does not shrink', () => {
  const lastRanMs = { 'node-1': 5, 'node-2': 9, 'node-3': 9, 'node-4': 9 };
  assert.deepEqual(planned({ nodes: 3, lastRanMs }, 5), [1, 2, 3, 4, 5]);
  assert.throws(() => planned({ nodes: 3, lastRanMs }, 2), /holds a cluster of 3 nodes/);
});

test('what ran last in a directory that is gone is not where the cluster is', () => {
  const lastRanMs = { 'node-1': 9, 'node-2': 9, 'node-3': 9, 'node-4': 5 };
  const present = ['node-1', 'node-3', 'node-4'];
  assert.deepEqual(planned({ nodes: 3, lastRanMs }, 3, present), [1, 3, 4]);
});

test('every node is told the places, one more than nodes, and where releases are', () => {
  const given = { ...options, nodes: 1, releases: '/r', releaseKey: ['KEY'] };
  const place = (number: number) => ({
    name: `node-${number}`,
    http: `127.0.0.1:808${number}`,
    cluster: `127.0.0.1:908${number}`,
    data: `/d/node-${number}`,
  });
  const further = { drainMs: 5000, rollout: { bakeMs: 100, keys: ['OTHER'] } };
  assert.deepEqual(nodeSettings(planUp(given, []), given, further), {
    drainMs: 5000,
    rollout: {
      bakeMs: 100,
      provider: { kind: 'process', places: [place(1), place(2)], releases: '/d/releases' },
      source: '/r',
      keys: ['KEY'],
    },
  });
});

test('the last port is that of the spare place', () => {
  checkUpOptions({ nodes: 3, http: 64_531 });
  assert.throws(() => checkUpOptions({ nodes: 3, http: 64_532 }), /give a port from 1 to 64531/);
});

test('ports and arguments follow from --http', () => {
  const [, second] = planUp(options, []).nodes;
  assert.ok(second);
  assert.equal(
    nodeArguments(second).join(' '),
    'node --data /d/node-2 --http 127.0.0.1:8082 --cluster 127.0.0.1:9082 --secret-file /d/secret ' +
      '--sandbox auto --config /d/node.json --join 127.0.0.1:9081',
  );
  const ports = neededPorts({ nodes: 2, http: 8080 }).map(
    ({ port, protocol }) => `${protocol} ${port}`,
  );
  assert.deepEqual(ports, [
    'tcp 8080',
    ...['tcp 8081', 'tcp 9081', 'udp 9081'],
    ...['tcp 8082', 'tcp 9082', 'udp 9082'],
    ...['tcp 8083', 'tcp 9083', 'udp 9083'],
  ]);
});
