/** Nodes as processes: the conformance suite, and what is this provider's alone. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { create } from 'tar';
import { processMark } from '../../../src/lib/index.js';
import {
  fileDigest,
  makeProvider,
  type Provider,
  type Release,
} from '../../../src/rollout/index.js';
import { eventually } from '../../e2e/cluster-harness.js';
import { fakeProgram, packRelease, writeRelease } from './fake-release.js';
import { providerConformance, type Stage } from './provider-conformance.js';
import { depsOf } from './provider-deps.js';
import { type Ground, stageOf } from './stage.js';

const deadline = { timeout: 60_000 };
const never = new AbortController().signal;

const stageOfProcesses = () =>
  stageOf(async ({ directory, places }) => ({
    kind: 'process',
    places: [...places],
    releases: join(directory, 'releases'),
  }));

providerConformance('process', stageOfProcesses);

describe('nodes as processes', () => {
  let stage: Stage & Ground;
  let provider: Provider;
  let releases = '';
  const cleared: string[] = [];
  before(async () => {
    stage = await stageOfProcesses();
    releases = join(stage.directory, 'releases');
    const environment = {
      ...process.env,
      NODE_CHANNEL_FD: '3',
      NOTIFY_SOCKET: '/run/notify',
      HEARTH_UP_PID: '17',
    };
    provider = makeProvider(
      stage.config,
      depsOf(stage.own, {
        environment,
        clearAfterCrash: async (directory) => {
          cleared.push(directory);
          throw new Error('busy');
        },
      }),
    );
  });
  const awake = setInterval(() => undefined, 1000);
  after(async () => {
    clearInterval(awake);
    await stage.end();
  });

  const running = async (place: string): Promise<string | null> =>
    (await provider.list()).find(({ name }) => name === place)?.running?.version ?? null;
  const there = (place: string, version: string | null) =>
    eventually(
      () => running(place),
      (found) => found === version,
    );
  const told = (place: string, name: string): Promise<string> =>
    eventually(
      () => readFile(join(stage.data(place), name), 'utf8'),
      (text) => text !== '',
    );
  const started = (place: string, version: string): Promise<string> =>
    eventually(
      () => readFile(join(stage.data(place), 'events'), 'utf8'),
      (text) => text.endsWith(`started ${version}\n`),
    );
  const packed = async (
    version: string,
    files: Readonly<Record<string, string>>,
  ): Promise<Release> => {
    const root = join(stage.directory, `packed-${version}`);
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), text, { mode: 0o755 });
    }
    return archived(version, root, await readdir(root));
  };
  const archived = async (version: string, root: string, names: string[]): Promise<Release> => {
    const file = `${root}.tgz`;
    await create({ cwd: root, file, gzip: true, preservePaths: true }, names);
    const digest = await fileDigest(file);
    return { version, digest, formatLevel: 1, artifact: `file://${file}` };
  };
  const aboutOf = (version: string) => JSON.stringify({ version, type: 'module' });

  it(
    'what runs already is startable without an artifact, and nothing else is',
    deadline,
    async () => {
      const bare = { digest: '', artifact: '', formatLevel: 1 };
      await provider.prepare({ version: '0.9.0', ...bare }, never);
      await provider.prepare({ version: '0.9.0', ...bare }, never);
      assert.deepEqual(await provider.prepared(), ['0.9.0']);
      await assert.rejects(provider.prepare({ version: '0.8.0', ...bare }, never), {
        code: 'invalid-parameter',
      });
      await provider.start('one', '0.9.0');
      await started('one', '0.9.0');
      await provider.stop('one', 'kill');
      // upgraded where it stands: it is another release now
      await writeFile(join(stage.own.programRoot, 'package.json'), aboutOf('0.9.1'));
      assert.deepEqual(await provider.prepared(), []);
      await writeFile(join(stage.own.programRoot, 'package.json'), aboutOf('0.9.0'));
    },
  );

  it('an archive as npm packs it is taken', deadline, async () => {
    const release = await packed('2.0.0', {
      'package/package.json': aboutOf('2.0.0'),
      'package/bin/hearth': fakeProgram,
    });
    await provider.prepare(release, never);
    await provider.start('one', '2.0.0');
    await started('one', '2.0.0');
    await provider.stop('one', 'kill');
  });

  it(
    'archives that are no such release, or reach outside, are refused and leave nothing',
    deadline,
    async () => {
      const whole = (version: string) => ({
        'package.json': aboutOf(version),
        'bin/hearth': fakeProgram,
      });
      const present = (await readdir(releases)).sort();
      const refuses = async (release: Release, message: RegExp): Promise<void> => {
        await assert.rejects(provider.prepare(release, never), {
          code: 'release-refused',
          message,
        });
        assert.deepEqual((await readdir(releases)).sort(), present);
      };
      const otherwise = { ...(await packed('3.0.0', whole('3.0.1'))), version: '3.0.0' };
      await refuses(otherwise, /package\.json says 3\.0\.1/);
      const empty = await packed('3.1.0', { 'package.json': aboutOf('3.1.0'), 'lib/x': '' });
      await refuses(empty, /no bin\/hearth/);

      const root = join(stage.directory, 'reaches');
      await writeRelease(root, '3.2.0', fakeProgram);
      await writeFile(join(stage.directory, 'outside'), 'x');
      const names = ['package.json', 'bin'];
      await refuses(
        await archived('3.2.0', root, [...names, '../outside']),
        /outside by \.\.\/outside/,
      );
      await refuses(
        await archived('3.2.0', root, [...names, join(stage.directory, 'outside')]),
        /reaches outside/,
      );
      for (const target of ['/etc/passwd', '../../outside', 'x/../../y']) {
        await symlink(target, join(root, 'link'));
        await refuses(await archived('3.2.0', root, [...names, 'link']), /outside by link/);
        await rm(join(root, 'link'));
      }
      await symlink('../package.json', join(root, 'bin/link'));
      await provider.prepare(await archived('3.2.0', root, names), never);
    },
  );

  it('a download that is called off leaves nothing', deadline, async () => {
    const present = (await readdir(releases)).sort();
    const gone = AbortSignal.abort(new Error('called off'));
    await assert.rejects(provider.prepare(stage.next, gone));
    assert.deepEqual((await readdir(releases)).sort(), present);
  });

  it(
    'old releases go, but for those that run, and so does what a dead process left',
    deadline,
    async () => {
      await provider.prepare(stage.old, never);
      await provider.start('two', '1.0.0');
      await started('two', '1.0.0');
      const dead = spawn('true');
      await once(dead, 'exit');
      await mkdir(join(releases, `.new-${dead.pid}-1-1`));
      const living = `.new-${(await processMark(process.pid))?.replace(' ', '-')}-0`;
      await mkdir(join(releases, living));
      const made = join(stage.directory, 'made');
      for (const version of ['4.0.0', '4.1.0', '4.2.0', '4.3.0']) {
        await provider.prepare(await packRelease(made, version, fakeProgram), never);
      }
      assert.deepEqual((await readdir(releases)).sort(), [
        living,
        ...['0.9.0', '1.0.0', '4.1.0', '4.2.0', '4.3.0'],
      ]);
      await provider.stop('two', 'kill');
    },
  );

  it(
    'a node that was started by hand is told by its package where its lock tells no release',
    deadline,
    async () => {
      const root = join(stage.directory, 'by-hand');
      await writeRelease(
        root,
        '0.1.0',
        fakeProgram.replace(/^writeFileSync.*lock-release.*$/m, ''),
      );
      const data = stage.data('three');
      const words = ['node', '--data', data];
      const child = spawn('bin/hearth', words, { cwd: root, stdio: 'ignore' });
      const ended = once(child, 'exit');
      await started('three', '0.1.0');
      assert.equal(await running('three'), '0.1.0');
      await assert.rejects(provider.start('three', '1.0.0'), { code: 'place-taken' });
      await provider.stop('three', 'drain');
      await ended;
      assert.equal(await running('three'), null);
    },
  );

  it(
    'a node gets the environment, without what is of the process that starts it',
    deadline,
    async () => {
      await rm(join(stage.data('one'), 'environment'), { force: true });
      await provider.start('one', '4.3.0');
      const environment = JSON.parse(await told('one', 'environment'));
      assert.equal(environment.HEARTH_UP_PID, '17');
      assert.equal(environment.NODE_CHANNEL_FD, undefined);
      assert.equal(environment.NOTIFY_SOCKET, undefined);
      assert.match(environment.PATH, new RegExp(`^${dirname(process.execPath)}:`));
      assert.match(await readFile(`${stage.data('one')}.log`, 'utf8'), /^runs 4\.3\.0$/m);
    },
  );

  it(
    'what a killed node left is cleared away; where that fails, the place is free all the same',
    deadline,
    async () => {
      cleared.length = 0;
      await provider.stop('one', 'kill');
      assert.deepEqual(cleared, [stage.data('one')]);
      assert.equal(await running('one'), null);
    },
  );

  it(
    'who claimed a place and died does not keep it, neither for a start nor for a drain',
    deadline,
    async () => {
      const dead = spawn('true');
      await once(dead, 'exit');
      const data = stage.data('two');
      await writeFile(`${data}.starting`, `claim ${dead.pid} 1 4.2.0`);
      assert.equal(await running('two'), null);
      await provider.start('two', '4.3.0');
      await there('two', '4.3.0');
      await eventually(
        () => readFile(join(data, 'events'), 'utf8'),
        (text) => text.endsWith('started 4.3.0\n'),
      );
      const mark = await readFile(join(data, 'lock'), 'utf8');
      await writeFile(`${data}.drained`, `claim ${dead.pid} 1 for ${mark}`);
      await provider.stop('two', 'drain');
      await there('two', null);
    },
  );
});
