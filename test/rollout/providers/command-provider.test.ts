/** Nodes by programs of the operator's: the conformance suite over those of `deploy/systemd`, and programs that fail. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeProvider, type Provider } from '../../../src/rollout/index.js';
import type { ProviderConfig } from '../../../src/types/index.js';
import { pidsOf, root } from '../../e2e/cluster-harness.js';
import { providerConformance } from './provider-conformance.js';
import { depsOf } from './provider-deps.js';
import { type Ground, stageOf } from './stage.js';

const fakeSystemctl = fileURLToPath(new URL('./fake-systemctl.js', import.meta.url));

/** As an operator installs `deploy/systemd`, in a directory instead of /etc and /var. */
async function withSystemd({ directory, places }: Ground): Promise<ProviderConfig> {
  const etc = join(directory, 'etc');
  const bin = join(directory, 'bin');
  await mkdir(etc);
  await mkdir(bin);
  for (const { name, http, cluster } of places) {
    const others = places.filter((other) => other.name !== name).map((other) => other.cluster);
    const lines = [`HTTP=${http}`, `CLUSTER=${cluster}`, `JOIN=${others.join(',')}`];
    await writeFile(join(etc, `${name}.env`), `${lines.join('\n')}\n`);
  }
  const systemctl = join(bin, 'systemctl');
  const words = [process.execPath, fakeSystemctl, directory].map((word) => `'${word}'`);
  await writeFile(systemctl, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  await chmod(systemctl, 0o755);
  const program = [
    'env',
    `PATH=${bin}:${process.env.PATH}`,
    `HEARTH_PLACES=${etc}`,
    `HEARTH_STATE=${directory}`,
    join(root, 'deploy/systemd/hearth-places.mjs'),
  ];
  const locked = ['flock', join(directory, 'lock'), ...program];
  return {
    kind: 'command',
    list: [...program, 'list'],
    prepare: [...locked, 'prepare'],
    start: [...locked, 'start'],
    stop: [...locked, 'stop'],
    timeoutMs: 20_000,
  };
}

providerConformance('command, by deploy/systemd', () => stageOf(withSystemd));

describe('programs of the command provider', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hearth-programs-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));
  // the deadline of a program keeps no process alive
  const awake = setInterval(() => undefined, 1000);
  after(() => clearInterval(awake));

  const release = {
    version: '1.1.0',
    digest: 'sha256:12',
    formatLevel: 1,
    artifact: 'https://releases.example/1.1.0.tgz',
  };
  const listing = JSON.stringify({
    places: [
      { name: 'one', http: '10.0.0.1:80', cluster: '10.0.0.1:90', running: null },
      { name: 'two', running: { version: '1.0.0' }, zone: 'b' },
    ],
    prepared: ['1.1.0'],
  });
  const says = (script: string): string[] => ['sh', '-c', script];
  /** Writes down what it is given. */
  const notes = (name: string): string[] => says(`cat >> ${join(directory, name)}`);
  const given = async (name: string): Promise<unknown[]> => {
    const text = await readFile(join(directory, name), 'utf8');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  };
  const providerOf = (changes: Partial<ProviderConfig & { kind: 'command' }>): Provider =>
    makeProvider(
      {
        kind: 'command',
        list: says(`cat > /dev/null; echo '${listing}'`),
        start: notes('start'),
        stop: notes('stop'),
        timeoutMs: 5000,
        ...changes,
      },
      depsOf({ version: '1.0.0', programRoot: root, nodeArguments: ['node'] }),
    );
  const failsWith = (message: RegExp) => ({ code: 'internal', message });

  it('get one object and answer with one', async () => {
    const provider = providerOf({ prepare: notes('prepare') });
    assert.deepEqual(await provider.prepared(), ['1.1.0']);
    assert.deepEqual(
      (await provider.list()).map(({ name, http, running }) => ({ name, http, running })),
      [
        { name: 'one', http: '10.0.0.1:80', running: null },
        { name: 'two', http: null, running: { version: '1.0.0' } },
      ],
    );
    await provider.start('one', '1.1.0');
    await provider.prepare(release, new AbortController().signal);
    await provider.start('one', '1.1.0');
    await provider.stop('two', 'drain');
    await provider.stop('two', 'kill');
    const { formatLevel: _, ...told } = release;
    assert.deepEqual(await given('prepare'), [{ release: told, place: null }]);
    assert.deepEqual(await given('start'), [
      { release: { version: '1.1.0', digest: '', artifact: '' }, place: 'one' },
      { release: told, place: 'one' },
    ]);
    assert.deepEqual(await given('stop'), [
      { place: 'two', how: 'drain' },
      { place: 'two', how: 'kill' },
    ]);
  });

  it('need not prepare', async () => {
    await providerOf({}).prepare(release, new AbortController().signal);
  });

  it('that fail are told by their last line', async () => {
    const list = says('echo first >&2; echo "the cloud is closed." >&2; exit 3');
    await assert.rejects(
      providerOf({ list }).list(),
      failsWith(/^The program 'sh -c .*' failed: the cloud is closed\.$/),
    );
    await assert.rejects(providerOf({ list: says('exit 3') }).list(), failsWith(/exit code 3/));
    await assert.rejects(providerOf({ list: ['/no/such'] }).list(), failsWith(/ENOENT/));
  });

  it('that answer with something else, or too much of it, are refused', async () => {
    const no = failsWith(/is no JSON object/);
    await assert.rejects(providerOf({ list: says('echo hello') }).list(), no);
    await assert.rejects(providerOf({ list: says('echo []') }).list(), no);
    await assert.rejects(
      providerOf({ list: says(`echo '{"places": [{"name": 1}]}'`) }).list(),
      failsWith(/something else than places: 'places\.0\.name' is wrong/),
    );
    await assert.rejects(
      providerOf({ list: says('yes') }).list(),
      failsWith(/more than 1048576 bytes/),
    );
  });

  it('that take too long, or are called off, are ended with what they started', async () => {
    const mark = `87654.${process.pid}`;
    const list = says(`sleep ${mark} & sleep ${mark}`);
    await assert.rejects(
      providerOf({ list, timeoutMs: 200 }).list(),
      failsWith(/more than 0\.2 s/),
    );
    const prepared = providerOf({ prepare: list }).prepare(release, AbortSignal.timeout(100));
    await assert.rejects(prepared, failsWith(/was called off/));
    assert.deepEqual(pidsOf(mark), []);
  });
});
