import { strict as assert } from 'node:assert';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RunNode } from '../../src/cli/index.js';
import { HearthError, type NodeConfig } from '../../src/types/index.js';
import { run } from './run.js';

/** A node that is sent a signal as soon as it runs. */
function fakeNode(signal: NodeJS.Signals | null = 'SIGTERM') {
  const seen: { config: NodeConfig | null; stopped: number; withNotice: unknown } = {
    config: null,
    stopped: 0,
    withNotice: null,
  };
  const runNode: RunNode = async (config) => {
    seen.config = config;
    if (signal !== null) setImmediate(() => process.emit(signal, signal));
    return {
      httpAddress: '127.0.0.1:8081',
      clusterAddress: '127.0.0.1:9081',
      ready: Promise.resolve(),
      failed: new Promise<Error>(() => {}),
      stop: async (withNotice) => {
        seen.stopped += 1;
        seen.withNotice = withNotice;
      },
      endNow: async () => {},
    };
  };
  return { seen, hooks: { loadRunNode: async () => runNode } };
}

test('the command line wins over the file, and the signal stops the node', async (context) => {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'node.json');
  const settings = {
    data: '/from-file',
    http: '127.0.0.1:1',
    cluster: '127.0.0.1:2',
    'secret-file': '/secret',
    join: '127.0.0.1:3,127.0.0.1:4',
    drainMs: 5,
  };
  await writeFile(file, JSON.stringify(settings));
  const { seen, hooks } = fakeNode();
  const ran = await run(['node', '--config', file, '--http', '127.0.0.1:9'], { hooks });
  assert.equal(ran.code, 0);
  assert.equal(ran.stdout, 'ready http://127.0.0.1:8081\n');
  assert.equal(seen.stopped, 1);
  assert.equal(seen.config?.data, '/from-file');
  assert.deepEqual(seen.config?.http, { host: '127.0.0.1', port: 9 });
  assert.deepEqual(
    seen.config?.join.map(({ port }) => port),
    [3, 4],
  );
  assert.equal(seen.config?.secretFile, '/secret');
  assert.equal(seen.config?.drainMs, 5);
});

test('the data directory is where the command was given, whoever looks at it from where', async () => {
  const { seen, hooks } = fakeNode();
  const words = ['--data', './n1', '--http', '127.0.0.1:1', '--cluster', '127.0.0.1:2'];
  assert.equal((await run(['node', ...words], { hooks })).code, 0);
  assert.equal(seen.config?.data, join(process.cwd(), 'n1'));
});

test('SIGTERM gives balancers notice, a person who presses Ctrl-C waits for none', async () => {
  const argv = ['node', '--data', 'd', '--http', '127.0.0.1:1', '--cluster', '127.0.0.1:2'];
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    const { seen, hooks } = fakeNode(signal);
    await run(argv, { hooks });
    assert.equal(seen.withNotice, signal === 'SIGTERM', signal);
  }
});

test('a setting that does not exist is told by its name', async (context) => {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'node.json');
  await writeFile(file, '{"data":"d","http":"127.0.0.1:1","cluster":"127.0.0.1:2","drain":1}');
  const ran = await run(['node', '--config', file]);
  assert.equal(ran.code, 2);
  assert.match(ran.stderr, /Unrecognized key: "drain"/);
});

test('a node that cannot start says why in one sentence with exit code 1', async () => {
  const runNode: RunNode = async () => {
    throw new HearthError('invalid-parameter', 'port 127.0.0.1:1 (--http) is already in use.');
  };
  const argv = ['node', '--data', 'd', '--http', '127.0.0.1:1', '--cluster', '127.0.0.1:2'];
  const ran = await run(argv, { hooks: { loadRunNode: async () => runNode } });
  assert.equal(ran.code, 1);
  assert.equal(ran.stderr, 'hearth: port 127.0.0.1:1 (--http) is already in use.\n');
});

test('a node that cannot go on is stopped, with its reason and exit code 1', async () => {
  let stopped = 0;
  const runNode: RunNode = async () => ({
    httpAddress: '127.0.0.1:1',
    clusterAddress: '127.0.0.1:2',
    ready: Promise.resolve(),
    failed: Promise.resolve(new HearthError('storage', 'the disk is full.')),
    stop: async () => {
      stopped += 1;
    },
    endNow: async () => {},
  });
  const argv = ['node', '--data', 'd', '--http', '127.0.0.1:1', '--cluster', '127.0.0.1:2'];
  const ran = await run(argv, { hooks: { loadRunNode: async () => runNode } });
  assert.equal(ran.code, 1);
  assert.match(ran.stderr, /hearth: the disk is full\.\n$/);
  assert.equal(stopped, 1);
});

test('a node that a rollout started under hearth up ends when that process is gone', async () => {
  const { seen, hooks } = fakeNode(null);
  // as the listeners of a real one, it keeps the process alive
  const alive = new MessageChannel();
  alive.port1.ref();
  const argv = ['node', '--data', 'd', '--http', '127.0.0.1:1', '--cluster', '127.0.0.1:2'];
  const ran = await run(argv, { hooks, env: { HEARTH_UP_PID: `${process.pid} 1` } });
  alive.port1.close();
  assert.equal(ran.code, 0);
  assert.match(ran.stderr, /stopping \(hearth up is gone\)/);
  assert.deepEqual([seen.stopped, seen.withNotice], [1, false]);
});
