/** `hearth node` as a command: clusters made by hand, and nodes that are refused. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command, eventually, freePorts, healthy } from './cluster-harness.js';

test('three nodes started one by one with hearth node form one cluster', async (t) => {
  const port = await freePorts();
  const data = await mkdtemp(join(tmpdir(), 'nodes-'));
  const nodes = [1, 2, 3].map((i) =>
    Command.node(i, port, data, ...(i === 1 ? [] : ['--join', `127.0.0.1:${port + 1001}`])),
  );
  t.after(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(data, { recursive: true });
  });
  for (const i of [1, 2, 3]) {
    await eventually(
      async () => {
        const answer = await fetch(`http://127.0.0.1:${port + i}/_hearth/cluster`);
        return (await answer.json()) as { nodes: { status: string }[]; quorum: boolean };
      },
      (view) => view.quorum && view.nodes.filter((node) => node.status === 'alive').length === 3,
    );
  }
});

test('a second node on a data directory in use is refused', async (t) => {
  const port = await freePorts();
  const data = await mkdtemp(join(tmpdir(), 'lock-'));
  const first = Command.node(1, port, data);
  t.after(async () => {
    await first.stop();
    await rm(data, { recursive: true });
  });
  await healthy(`http://127.0.0.1:${port + 1}`);
  const second = Command.node(2, port, data, '--data', join(data, '1'));
  assert.equal((await second.ended()).code, 1);
  assert.match(second.stderr, /is in use by the node with process id \d+/);
});

test('a node of one cluster that is told to join another is refused', async (t) => {
  const port = await freePorts();
  const data = await mkdtemp(join(tmpdir(), 'other-'));
  const one = Command.node(1, port, data);
  const other = Command.node(2, port, data);
  t.after(async () => {
    await one.stop();
    await rm(data, { recursive: true });
  });
  await healthy(`http://127.0.0.1:${port + 1}`);
  await healthy(`http://127.0.0.1:${port + 2}`);
  assert.equal((await other.stop()).code, 0);
  // its own log has no other voter, so it leads itself; a wiped log makes it ask
  await rm(join(data, '2', 'log'), { recursive: true });
  const again = Command.node(2, port, data, '--join', `127.0.0.1:${port + 1001}`);
  assert.equal((await again.ended()).code, 1);
  assert.match(again.stderr, /is of cluster [0-9a-f]{32}, the caller of cluster [0-9a-f]{32}/);
});

test('a node with a wrong secret is refused with a clear error', async (t) => {
  const port = await freePorts();
  const data = await mkdtemp(join(tmpdir(), 'secret-'));
  const secret = async (name: string, text: string): Promise<string[]> => {
    await writeFile(join(data, name), text);
    return ['--secret-file', join(data, name)];
  };
  const right = await secret('right', 'the right secret of the cluster');
  const wrong = await secret('wrong', 'another secret of some cluster');
  const first = Command.node(1, port, data, ...right);
  t.after(async () => {
    await first.stop();
    await rm(data, { recursive: true });
  });
  await healthy(`http://127.0.0.1:${port + 1}`);
  const second = Command.node(2, port, data, ...wrong, '--join', `127.0.0.1:${port + 1001}`);
  assert.equal((await second.ended()).code, 1);
  assert.match(second.stderr, /secret does not match/);
});
