/** `hearth up` as a command: what it prints, how it fails, what it leaves behind. Others would be found with that. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Cluster, Command, eventually, freePorts, pidsOf } from './cluster-harness.js';
import { call, deploy } from './functions.js';

/** Everything of Hearth's that a machine can still hold: temporary files and cgroups. */
function traces(): string[] {
  const mount = '/sys/fs/cgroup';
  // one hierarchy there, or one in each directory
  const cgroups = existsSync(mount)
    ? [mount, ...readdirSync(mount).map((name) => join(mount, name))].filter(isDirectory)
    : [];
  return [tmpdir(), ...cgroups].flatMap((directory) =>
    readdirSync(directory)
      .filter((name) => name.startsWith('hearth-'))
      .map((name) => join(directory, name)),
  );
}

const isDirectory = (path: string): boolean => statSync(path).isDirectory();

async function leavesNothing(before: readonly string[], port: number): Promise<void> {
  const remaining = await eventually(
    async () => ({
      files: traces().filter((path) => !before.includes(path)),
      processes: pidsOf(`:${port + 1}`),
    }),
    ({ files, processes }) => files.length === 0 && processes.length === 0,
  );
  assert.deepEqual(remaining, { files: [], processes: [] });
}

test('the ready line stands alone on standard output, and every node sees every other', async (t) => {
  const cluster = await Cluster.up(['--no-examples']);
  t.after(() => cluster.stop());
  assert.equal(cluster.command.stdout, `ready http://127.0.0.1:${cluster.port}\n`);
  for (const i of [1, 2, 3]) {
    const answer = await fetch(`${cluster.nodeUrl(i)}/_hearth/cluster`);
    const view = (await answer.json()) as {
      self: string;
      master: string;
      quorum: boolean;
      nodes: { id: string; status: string; role: string; rank: number; http: string }[];
    };
    assert.equal(view.quorum, true);
    assert.deepEqual(
      view.nodes.map((node) => [node.status, node.rank, node.role]),
      [
        ['alive', 0, 'master'],
        ['alive', 1, 'replica'],
        ['alive', 2, 'replica'],
      ],
    );
    assert.equal(view.master, view.nodes[0]?.id);
    assert.equal(
      view.nodes.find((node) => node.id === view.self)?.http,
      `127.0.0.1:${cluster.port + i}`,
    );
    assert.equal((await fetch(`${cluster.nodeUrl(i)}/_hearth/health`)).status, 200);
  }
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends all that was started and leaves nothing behind`, async () => {
    const before = traces();
    const cluster = await Cluster.up(['--no-examples']);
    const client = cluster.client();
    await deploy(
      client,
      'forks',
      `const { spawn } = require('node:child_process');
       exports.handler = async () => {
         spawn('setsid', ['sleep', '${9_000 + (process.pid % 999)}'], { detached: true, stdio: 'ignore' }).unref();
         return 'forked';
       };`,
    );
    assert.equal((await call(client, 'forks')).value, 'forked');
    assert.ok(traces().length > before.length);
    assert.deepEqual(await cluster.command.stop(signal), { code: 0, signal: null });
    await leavesNothing(before, cluster.port);
    assert.deepEqual(pidsOf(`sleep ${9_000 + (process.pid % 999)}`), []);
  });
}

test('a stop while starting leaves nothing behind either', async () => {
  const before = traces();
  const port = await freePorts();
  const command = Command.hearth(['up', '--http', String(port)]);
  await eventually(
    async () => pidsOf(`:${port + 1}`).length,
    (count) => count > 0,
  );
  const exit = await command.stop('SIGINT');
  assert.equal(command.stdout, '');
  assert.notEqual(exit.signal, 'SIGKILL');
  await leavesNothing(before, port);
});

test('nodes end when the command that started them is killed', async () => {
  const cluster = await Cluster.up(['--no-examples']);
  await cluster.command.stop('SIGKILL');
  await eventually(
    async () => pidsOf(`:${cluster.port + 1}`).length + pidsOf(`:${cluster.port + 3}`).length,
    (count) => count === 0,
  );
  // nobody is left to remove the directory that the command had made
  const made = /data is in (\S+)/.exec(cluster.command.stderr)?.[1];
  await rm(made ?? '', { recursive: true });
});

for (const [offset, what] of [
  [0, 'the balancer'],
  [1, 'a node'],
  [1002, 'gossip and gRPC'],
] as const) {
  test(`a taken port of ${what} is named, and nothing is left running`, async () => {
    const before = traces();
    const port = await freePorts();
    const blocker = createServer().listen(port + offset, '127.0.0.1');
    try {
      const command = Command.hearth(['up', '--http', String(port), '--no-examples']);
      const exit = await command.ended();
      assert.equal(exit.code, 1);
      assert.equal(command.stdout, '');
      assert.match(command.stderr, new RegExp(`port ${port + offset}\\b.*in use`));
      await leavesNothing(before, port);
    } finally {
      blocker.close();
    }
  });
}
