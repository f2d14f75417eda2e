/** The process provider with real nodes: a release that was packed joins one that was started by hand. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sweepLeftovers } from '../../../src/agent/index.js';
import { makeProvider, newReleaseKeys, programVersion } from '../../../src/rollout/index.js';
import { sandboxManifest } from '../../../src/types/index.js';
import { Command, eventually, freePorts, root } from '../../e2e/cluster-harness.js';
import { makeRelease } from '../../release-maker.js';
import { depsOf } from './provider-deps.js';

test('a packed release is started beside a node that runs, drained, started again on its data and killed', {
  timeout: 120_000,
}, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-real-'));
  const port = await freePorts();
  const places = ['one', 'two'].map((name, index) => ({
    name,
    http: `127.0.0.1:${port + index}`,
    cluster: `127.0.0.1:${port + 1000 + index}`,
    data: join(directory, name),
  }));
  const [one, two] = places;
  assert.ok(one && two);
  const settings = join(directory, 'config.json');
  await writeFile(settings, JSON.stringify({ sandbox: 'process', drainNoticeMs: 0 }));
  const version = await programVersion(root);
  const provider = makeProvider(
    { kind: 'process', places, releases: join(directory, 'releases') },
    depsOf(
      { version, programRoot: root, nodeArguments: ['node', '--config', settings] },
      {
        members: () => [one.cluster],
        clearAfterCrash: (data) => sweepLeftovers(join(data, sandboxManifest)),
      },
    ),
  );
  const awake = setInterval(() => undefined, 1000);
  let byHand: Command | null = null;
  t.after(async () => {
    clearInterval(awake);
    await provider.stop('two', 'kill');
    if (byHand !== null) {
      byHand.child.kill('SIGKILL');
      await byHand.ended();
      await sweepLeftovers(join(one.data, sandboxManifest));
    }
    await rm(directory, { recursive: true, force: true });
  });
  const running = async (): Promise<(string | null)[]> =>
    (await provider.list()).map((place) => place.running?.version ?? null);
  const members = () =>
    eventually(
      async () => {
        const answer = await fetch(`http://${one.http}/_hearth/cluster`);
        const { nodes } = (await answer.json()) as {
          nodes: { id: string; http: string; release: string; status: string }[];
        };
        return nodes.filter(({ status }) => status === 'alive');
      },
      (nodes) => nodes.length === 2,
      40_000,
    );
  const healthy = () =>
    eventually(
      () => fetch(`http://${two.http}/_hearth/health`),
      ({ status }) => status === 200,
      40_000,
    );

  const key = newReleaseKeys().privateKey;
  const made = join(directory, 'made');
  const next = '0.2.77';
  const { manifest, artifact } = await makeRelease({
    version: next,
    directory: made,
    key,
    fast: true,
  });
  const signal = new AbortController().signal;
  await provider.prepare({ ...manifest, artifact: `file://${artifact}` }, signal);
  await provider.prepare({ version, digest: '', formatLevel: 1, artifact: '' }, signal);
  assert.deepEqual([...(await provider.prepared())].sort(), [version, next].sort());

  const words = ['--data', one.data, '--http', one.http, '--cluster', one.cluster];
  byHand = Command.hearth(['node', ...words, '--config', settings]);
  await eventually(running, ([found]) => found === version);
  await provider.start('two', next);
  assert.deepEqual(await running(), [version, next], 'at once');
  await healthy();
  const joined = (await members()).find(({ http }) => http === two.http);
  assert.equal(joined?.release, next);

  await provider.stop('two', 'drain');
  await provider.stop('two', 'drain');
  await eventually(running, ([, found]) => found === null, 40_000);
  assert.ok((await readdir(two.data)).length > 0, 'its data stays');

  await provider.start('two', version);
  await healthy();
  assert.equal((await members()).find(({ http }) => http === two.http)?.release, version);
  await provider.stop('two', 'kill');
  assert.deepEqual(await running(), [version, null]);
});
