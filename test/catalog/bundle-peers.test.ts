import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { BundlePeers, BundleStore } from '../../src/catalog/index.js';
import { type ClusterView, type NodeView, nodeId } from '../../src/types/index.js';
import { plainFetch } from '../peer-fetch.js';
import { makeZip } from './zips.js';

const self = nodeId('1'.repeat(32));

/** A voter that has the bundle or not, and writes down that it was asked. */
async function makePeer(
  t: TestContext,
  asked: string[],
  more: Partial<NodeView> & { digit: string; zip?: Uint8Array; slow?: Promise<void> },
): Promise<NodeView> {
  const { digit, zip, slow, ...rest } = more;
  const server = createServer((request, response) => {
    const to = request.headers['x-meant'] === digit.repeat(32) ? digit : 'another';
    asked.push(`${request.method} ${to}`);
    const answer = (): void => void response.writeHead(zip === undefined ? 404 : 200).end(zip);
    if (slow === undefined) answer();
    else slow.then(answer);
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
    waiting: 0,
    freeMemoryMb: 0,
    degraded: false,
    cohort: 0,
    ...rest,
  };
}

function peersOf(nodes: readonly NodeView[], voters: readonly NodeView[] = nodes): BundlePeers {
  const ids = voters.map(({ id }) => id);
  const view: ClusterView = {
    self,
    master: self,
    leader: null,
    term: 1,
    quorum: true,
    voters: ids,
    nodes,
  };
  return new BundlePeers(() => view, plainFetch);
}

test('code is fetched from the node that says first that it has it', async (t) => {
  const zip = await makeZip([{ name: 'index.js', content: '1' }]);
  const asked: string[] = [];
  let release = (): void => {};
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  const nodes = [
    await makePeer(t, asked, { digit: '2', zip, slow }),
    await makePeer(t, asked, { digit: '3' }),
    await makePeer(t, asked, { digit: '4', zip }),
  ];
  assert.deepEqual(await peersOf(nodes).fetch(BundleStore.hashOf(zip)), new Uint8Array(zip));
  assert.deepEqual(
    asked.filter((each) => each.startsWith('GET')),
    ['GET 4'],
  );
  release();
});

test('a holder whose copy is damaged is passed over for the next', async (t) => {
  const zip = await makeZip([{ name: 'index.js', content: '1' }]);
  const asked: string[] = [];
  const other = await makeZip([{ name: 'index.js', content: '2' }]);
  const nodes = [
    await makePeer(t, asked, { digit: '2', zip: other }),
    await makePeer(t, asked, { digit: '3', zip }),
  ];
  assert.deepEqual(await peersOf(nodes).fetch(BundleStore.hashOf(zip)), new Uint8Array(zip));
});

test('voters are asked before the others, and a node that stands still last', async (t) => {
  const zip = await makeZip([{ name: 'index.js', content: '1' }]);
  const asked: string[] = [];
  const voters = await Promise.all(
    ['2', '3', '4', '5'].map((digit) => makePeer(t, asked, { digit })),
  );
  const still = await makePeer(t, asked, { digit: '6', zip, degraded: true });
  const worker = await makePeer(t, asked, { digit: '7' });
  const nodes = [still, worker, ...voters];
  await peersOf(nodes, [...voters, still]).fetch(BundleStore.hashOf(zip));
  assert.deepEqual(
    asked.slice(0, 5).sort(),
    ['2', '3', '4', '5', '7'].map((each) => `HEAD ${each}`),
  );
  assert.deepEqual(asked.slice(5), ['HEAD 6', 'GET 6']);
});

test('code that nobody has is missing', async (t) => {
  const nodes = [await makePeer(t, [], { digit: '2' })];
  const hash = BundleStore.hashOf(new Uint8Array([1]));
  await assert.rejects(peersOf(nodes).fetch(hash), { code: 'bundle-missing' });
});
