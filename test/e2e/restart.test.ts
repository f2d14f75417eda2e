/** Everything stopped and started again: the same cluster, the same functions. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Cluster, Command, eventually, freePorts, pidsOf } from './cluster-harness.js';
import { call, deploy } from './functions.js';

async function upAt(port: number, data: string): Promise<Command> {
  const command = Command.hearth(
    ['up', '--http', String(port), '--data', data, '--no-examples'],
    {},
  );
  await command.untilPrinted(/^ready /m);
  return command;
}

test('functions survive a stop of everything, and a kill of everything', async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'hearth-restart-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const port = await freePorts();
  const url = `http://127.0.0.1:${port}`;
  const client = Cluster.prototype.client.call(null, url);

  const first = await upAt(port, data);
  t.after(() => first.child.kill('SIGKILL'));
  await deploy(client, 'kept', 'exports.handler = async () => "kept";');
  assert.equal((await first.stop()).code, 0);

  const second = await upAt(port, data);
  t.after(() => second.child.kill('SIGKILL'));
  assert.equal((await call(client, 'kept')).value, 'kept');
  await deploy(client, 'later', 'exports.handler = async () => "later";');
  second.child.kill('SIGKILL');
  await second.ended();
  // its nodes end by themselves, and hold their ports until then
  await eventually(
    async () => pidsOf(data, ' node ').length,
    (count) => count === 0,
  );

  const third = await upAt(port, data);
  t.after(() => third.child.kill('SIGKILL'));
  assert.equal((await call(client, 'kept')).value, 'kept');
  assert.equal((await call(client, 'later')).value, 'later');
  const { nodes } = (await (await fetch(`${url}/_hearth/cluster`)).json()) as {
    nodes: { status: string }[];
  };
  assert.equal(nodes.filter((node) => node.status === 'alive').length, 3);
  assert.equal((await third.stop()).code, 0);
});
