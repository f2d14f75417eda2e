/** A cluster with a secret goes over to another one while it runs, one node after the other. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Cluster, Command, eventually, freePorts, healthy } from './cluster-harness.js';
import { call, deploy } from './functions.js';

const older = 'the older secret of this cluster';
const newer = 'the newer secret of this cluster';

test('add, use and remove a secret on one node after the other: nothing fails', async (t) => {
  const { port, data, start, write } = await makeNodes(t);
  await Promise.all([1, 2, 3].map((i) => write(i, older)));
  const nodes = [await start(1), await start(2), await start(3)];
  await allAlive(port, 3);
  let version = 0;
  for (const step of [[older, newer], [newer, older], [newer]]) {
    for (const [at, node] of nodes.entries()) {
      const seen = takenOver(node);
      await write(at + 1, ...step);
      await eventually(
        async () => takenOver(node),
        (count) => count > seen,
      );
      // code goes to the other voters with the token, the command over gRPC, the view by gossip
      const client = Cluster.prototype.client.call(null, `http://127.0.0.1:${port + at + 1}`);
      const name = `version-${++version}`;
      await deploy(client, name, `exports.handler = async () => '${name}';`);
      const elsewhere = `http://127.0.0.1:${port + ((at + 1) % 3) + 1}`;
      assert.equal((await call(Cluster.prototype.client.call(null, elsewhere), name)).value, name);
      await allAlive(port, 3);
    }
  }
  // who still holds the old secret only stays outside, and who holds the new one comes in
  await write(4, older);
  const late = await start(4, false);
  assert.equal((await late.ended()).code, 1);
  assert.match(late.stderr, /secret does not match/);
  await rm(join(data, '4'), { recursive: true });
  await write(4, newer);
  await start(4);
  await allAlive(port, 4);
  for (const { stderr } of nodes) assert.ok(!stderr.includes(older) && !stderr.includes(newer));
});

test('a node without a secret is refused by a cluster that has one, and the reverse', async (t) => {
  const { port, data, start, write } = await makeNodes(t);
  await write(1, older);
  await start(1);
  const plain = Command.node(2, port, data, '--join', `127.0.0.1:${port + 1001}`);
  assert.equal((await plain.ended()).code, 1);
  assert.match(
    plain.stderr,
    /secret does not match: .* has one, and this node has no --secret-file/,
  );
  const alone = Command.node(3, port, data);
  t.after(() => alone.stop());
  await healthy(`http://127.0.0.1:${port + 3}`);
  await write(4, older);
  const secret = ['--secret-file', join(data, 'secret-4')];
  const joins = Command.node(4, port, data, ...secret, '--join', `127.0.0.1:${port + 1003}`);
  assert.equal((await joins.ended()).code, 1);
  assert.match(joins.stderr, /secret does not match: .* has none, and this node has --secret-file/);
});

async function makeNodes(t: TestContext) {
  const port = await freePorts();
  const data = await mkdtemp(join(tmpdir(), 'hearth-secret-e2e-'));
  const started: Command[] = [];
  t.after(async () => {
    await Promise.all(started.map((node) => node.stop()));
    await rm(data, { recursive: true });
  });
  const write = (i: number, ...secrets: string[]): Promise<void> =>
    writeFile(join(data, `secret-${i}`), `${secrets.join('\n')}\n`);
  const start = async (i: number, comesUp = true): Promise<Command> => {
    const join1 = i === 1 ? [] : ['--join', `127.0.0.1:${port + 1001}`];
    const secret = ['--secret-file', join(data, `secret-${i}`)];
    const node = Command.node(i, port, data, ...secret, ...join1);
    started.push(node);
    if (comesUp) await healthy(`http://127.0.0.1:${port + i}`);
    return node;
  };
  return { port, data, start, write };
}

/** How often the node has said that it holds other secrets now. */
function takenOver({ stderr }: Command): number {
  return stderr.split('the cluster secrets have changed').length - 1;
}

async function allAlive(port: number, nodes: number): Promise<void> {
  for (let i = 1; i <= nodes; i++) {
    await eventually(
      async () => {
        const answer = await fetch(`http://127.0.0.1:${port + i}/_hearth/cluster`);
        return (await answer.json()) as { nodes: { status: string }[]; quorum: boolean };
      },
      (view) =>
        view.quorum && view.nodes.filter(({ status }) => status === 'alive').length === nodes,
    );
  }
}
