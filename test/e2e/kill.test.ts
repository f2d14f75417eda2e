/** Death of a node: the others go on, and nothing acknowledged is lost. */
import assert from 'node:assert/strict';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { sweepLeftovers } from '../../src/agent/index.js';
import { sandboxManifest } from '../../src/types/index.js';
import { Cluster, Command, eventually, freePorts } from './cluster-harness.js';
import { call, deploy } from './functions.js';

interface View {
  readonly self: string;
  readonly master: string;
  readonly quorum: boolean;
  readonly nodes: readonly {
    id: string;
    status: string;
    role: string;
    rank: number;
    http: string;
  }[];
}

const viewOf = async (url: string): Promise<View> =>
  (await (await fetch(`${url}/_hearth/cluster`)).json()) as View;

for (const victim of [1, 2, 3]) {
  test(`with node ${victim} of three killed the other two answer, and take deploys again`, async (t) => {
    const cluster = await Cluster.up(['--no-examples']);
    t.after(() => cluster.stop());
    const client = cluster.client();
    await deploy(client, 'before', 'exports.handler = async () => "still here";');
    const id = (await viewOf(cluster.nodeUrl(victim))).self;
    process.kill(cluster.nodePid(victim), 'SIGKILL');

    const others = [1, 2, 3].filter((i) => i !== victim);
    for (const i of others) {
      const { value } = await call(cluster.client(cluster.nodeUrl(i)), 'before');
      assert.equal(value, 'still here');
    }
    // through the balancer too: a refused connection is tried elsewhere
    for (let round = 0; round < 20; round++) {
      assert.equal((await call(client, 'before')).value, 'still here');
    }
    for (const i of others) {
      const view = await eventually(
        () => viewOf(cluster.nodeUrl(i)),
        (seen) => seen.nodes.find((node) => node.id === id)?.status === 'dead' && seen.quorum,
      );
      assert.notEqual(view.master, id);
      assert.equal(
        view.nodes.filter((node) => node.role === 'master' && node.rank === 0).length,
        1,
      );
    }
    await deploy(client, 'after', 'exports.handler = async () => "new";');
    for (const i of others) {
      const node = cluster.client(cluster.nodeUrl(i));
      assert.equal((await call(node, 'after')).value, 'new');
      await node.send(new GetFunctionCommand({ FunctionName: 'before' }));
    }
  });
}

test('code that was deployed to a lone founder outlives it once others have come to vote', async (t) => {
  const port = await freePorts();
  const data = await mkdtemp(join(tmpdir(), 'founder-'));
  const nodes: Command[] = [];
  t.after(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    // what the next start of the killed node would do
    await sweepLeftovers(join(data, '1', sandboxManifest));
    await rm(data, { recursive: true });
  });
  const url = (i: number): string => `http://127.0.0.1:${port + i}`;
  const start = async (i: number): Promise<void> => {
    const join = i > 1 ? ['--join', `127.0.0.1:${port + 1001}`] : [];
    const node = Command.node(i, port, data, ...join);
    nodes.push(node);
    await node.untilPrinted(/^ready /m);
  };
  const client = (i: number) => Cluster.prototype.client.call(null, url(i));

  await start(1);
  await deploy(client(1), 'early', 'exports.handler = async () => "kept";');
  const { Configuration } = await client(1).send(new GetFunctionCommand({ FunctionName: 'early' }));
  const hash = Buffer.from(Configuration?.CodeSha256 ?? '', 'base64').toString('hex');
  await start(2);
  await start(3);
  for (const i of [2, 3]) {
    const held = () => access(join(data, String(i), 'bundles', `${hash}.zip`)).then(() => true);
    await eventually(held, (isHeld) => isHeld);
  }
  const founder = (await viewOf(url(1))).self;
  nodes[0]?.child.kill('SIGKILL');
  for (const i of [2, 3]) assert.equal((await call(client(i), 'early')).value, 'kept');
  await eventually(
    () => viewOf(url(2)),
    ({ master, quorum }) => quorum && master !== founder,
  );
  await deploy(client(2), 'late', 'exports.handler = async () => "new";');
  assert.equal((await call(client(3), 'late')).value, 'new');
});
