import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { BundlePeers, BundleStore } from '../../src/catalog/index.js';
import { type ClusterView, type NodeView, nodeId } from '../../src/types/index.js';
import { makeZip } from './zips.js';

const self = nodeId('1'.repeat(32));

/** A voter that has the bundle or not, and writes down that it was asked. */
async function makePeer(
  t: TestContext,
  asked: string[],
  more: Partial<NodeView> & { digit: string; zip?: Uint8Array },
): Promise<NodeView> {
  const { digit, zip, ...rest } = more;
  const server = createServer((request, response) => {
    asked.push(request.headers['x-hearth-to'] === digit.repeat(32) ? digit : 'another');
    response.writeHead(zip === undefined ? 404 : 200).end(zip);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    id: nodeId(digit.repeat(32)),
    rank: 1,
    role: 'replica',
    status: 'alive',
    http: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cluster: '127.0.0.1:1',
    release: '',
    joinedAt: 2,
    load: 0,
    degraded: false,
    ...rest,
  };
}

test('code is asked of nodes that answer first, and of one that stands still only after them', async (t) => {
  const zip = await makeZip([{ name: 'index.js', content: '1' }]);
  const asked: string[] = [];
  const nodes = [
    await makePeer(t, asked, { digit: '2', zip, degraded: true }),
    await makePeer(t, asked, { digit: '3' }),
    await makePeer(t, asked, { digit: '4', zip }),
  ];
  const voters = nodes.slice(0, 2).map(({ id }) => id);
  const view: ClusterView = { self, master: self, term: 1, quorum: true, voters, nodes };
  const hash = BundleStore.hashOf(zip);
  await new BundlePeers(
    () => view,
    () => null,
  ).fetch(hash);
  assert.deepEqual(asked, ['3', '4']);

  asked.length = 0;
  const onlyTwo = { ...view, nodes: nodes.slice(0, 2) };
  await new BundlePeers(
    () => onlyTwo,
    () => null,
  ).fetch(hash);
  assert.deepEqual(asked, ['3', '2']);
});
