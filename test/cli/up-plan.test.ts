import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { neededPorts, nodeArguments, planUp } from '../../src/cli/up-plan.js';

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

test('ports and arguments follow from --http', () => {
  const [, second] = planUp(options, []).nodes;
  assert.ok(second);
  assert.equal(
    nodeArguments(second).join(' '),
    'node --data /d/node-2 --http 127.0.0.1:8082 --cluster 127.0.0.1:9082 --secret-file /d/secret ' +
      '--sandbox auto --join 127.0.0.1:9081',
  );
  const ports = neededPorts({ nodes: 2, http: 8080 }).map(
    ({ port, protocol }) => `${protocol} ${port}`,
  );
  assert.deepEqual(ports, [
    'tcp 8080',
    ...['tcp 8081', 'tcp 9081', 'udp 9081'],
    ...['tcp 8082', 'tcp 9082', 'udp 9082'],
  ]);
});
