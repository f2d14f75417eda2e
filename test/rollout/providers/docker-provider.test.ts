/** Nodes as containers: the conformance suite at a daemon and a registry of its own, and what is this provider's alone. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { hostImage } from '../../../src/agent/docker/host-image.js';
import { type TarEntry, tarOf } from '../../../src/agent/docker/tar.js';
import { DockerDaemon, DockerRefusal, followProgress } from '../../../src/agent/index.js';
import { systemClock } from '../../../src/lib/index.js';
import { makeProvider, type Provider, type Release } from '../../../src/rollout/index.js';
import { DockerTestDaemon, noDockerDaemon } from '../../docker-daemon.js';
import { eventually } from '../../e2e/cluster-harness.js';
import { dockerRegistry, noDockerRegistry } from '../releases/docker-registry.js';
import { brokenProgram, fakeProgram } from './fake-release.js';
import { providerConformance, type Stage } from './provider-conformance.js';
import { depsOf } from './provider-deps.js';
import { type Ground, stageOf } from './stage.js';

const skip = noDockerDaemon() || noDockerRegistry();
const deadline = { timeout: 60_000 };
const never = new AbortController().signal;

describe('nodes as containers', { skip }, () => {
  const testDaemon = new DockerTestDaemon();
  const daemon = new DockerDaemon({ clock: systemClock }, { socketPath: testDaemon.socketPath });
  const ends: (() => unknown)[] = [];
  let registry = '';
  const awake = setInterval(() => undefined, 1000);
  before(async () => {
    await testDaemon.start();
    registry = await dockerRegistry({
      after: (end) => ends.push(() => end?.({} as never, () => 0)),
    });
  });
  after(async () => {
    clearInterval(awake);
    for (const end of ends) await end();
    await testDaemon.remove();
  });

  /** An image of a release in the registry, and no more here. */
  const push = async (version: string, program: string): Promise<Release> => {
    const { entries, interpreter } = await hostImage('node');
    const about = JSON.stringify({ version, type: 'module' });
    const own: TarEntry[] = [
      { kind: 'directory', path: 'hearth', mode: 0o755 },
      { kind: 'directory', path: 'hearth/bin', mode: 0o755 },
      { kind: 'content', path: 'hearth/package.json', content: about },
      { kind: 'content', path: 'hearth/bin/hearth', content: program },
    ];
    const repo = `${registry}/hearth`;
    const tar = Readable.from(tarOf([...entries, ...own]), { objectMode: false });
    const changes = [`ENTRYPOINT ["${interpreter}", "/hearth/bin/hearth"]`];
    let digest = '';
    await daemon.longCall('make an image', 50_000, async (docker) => {
      await followProgress(await docker.importImage(tar, { repo, tag: version, changes }));
      const image = docker.getImage(`${repo}:${version}`);
      await followProgress(await image.push({ authconfig: { username: '', password: '' } }));
      const { RepoDigests } = await image.inspect();
      digest = RepoDigests[0]?.split('@')[1] ?? '';
      await image.remove({ force: true });
    });
    assert.match(digest, /^sha256:/);
    return { version, digest, formatLevel: 1, artifact: `oci://${repo}@${digest}` };
  };
  const stageOfContainers = async (): Promise<Stage & Ground> => {
    const stage = await stageOf(async ({ places }) => ({
      kind: 'docker',
      places: [...places],
      socket: testDaemon.socketPath,
      mounts: [],
      privileged: false,
    }));
    const old = await push('1.0.0', fakeProgram);
    const next = await push('1.1.0', fakeProgram);
    const crash = (place: string): Promise<void> =>
      daemon
        .call('kill', (docker) => docker.getContainer(`hearth-${place}`).kill())
        .catch((error: unknown) => {
          if (!(error instanceof DockerRefusal)) throw error;
        });
    return {
      ...stage,
      old,
      next,
      wrong: { ...next, digest: old.digest },
      broken: await push('1.2.0', brokenProgram),
      crash,
      async end() {
        await daemon.call('remove containers', async (docker) => {
          const all = await docker.listContainers({ all: true });
          for (const { Id } of all) await docker.getContainer(Id).remove({ force: true });
        });
        await stage.end();
      },
    };
  };

  providerConformance('docker', stageOfContainers);

  describe('containers', () => {
    let stage: Stage & Ground;
    let aheadMs = 0;
    let provider: Provider;
    before(async () => {
      stage = await stageOfContainers();
      const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs };
      provider = makeProvider(stage.config, depsOf(stage.own, { clock }));
    });
    after(() => stage.end());
    const bare = { digest: '', artifact: '', formatLevel: 1 };
    const inspect = (place: string) =>
      daemon.call('inspect', (docker) => docker.getContainer(`hearth-${place}`).inspect());
    const events = (place: string): Promise<string> =>
      readFile(join(stage.data(place), 'events'), 'utf8').catch(() => '');
    const happened = (place: string, text: string): Promise<string> =>
      eventually(
        () => events(place),
        (seen) => seen === text,
      );

    it(
      'artifacts that are no image by digest, or that nobody has, are told',
      deadline,
      async () => {
        const { next } = stage;
        const file = { ...next, version: '5.0.0', artifact: 'file:///release.tgz' };
        await assert.rejects(provider.prepare(file, never), { code: 'release-refused' });
        const none = `sha256:${'0'.repeat(64)}`;
        const artifact = next.artifact.replace(next.digest, none);
        await assert.rejects(
          provider.prepare({ ...next, version: '5.0.0', digest: none, artifact }, never),
          { code: 'release-unavailable', message: /^Release 5\.0\.0 cannot be had/ },
        );
        assert.equal((await provider.prepared()).includes('5.0.0'), false);
      },
    );

    it(
      'what a container here runs is startable without an artifact, and nothing else is',
      deadline,
      async () => {
        // as an operator begins: by hand, under the place's name
        const { digest, artifact } = stage.old;
        const image = artifact.slice('oci://'.length);
        await daemon.longCall('begin by hand', 50_000, async (docker) => {
          await followProgress(await docker.pull(image));
          const data = stage.data('one');
          const container = await docker.createContainer({
            name: 'hearth-one',
            Image: image,
            Cmd: ['node', '--data', data],
            Labels: { 'hearth.version': '6.0.0' },
            HostConfig: { NetworkMode: 'host', Binds: [`${data}:${data}`] },
          });
          await container.start();
        });
        assert.match(digest, /^sha256:/);
        await happened('one', 'started 1.0.0\n');
        const [one] = await provider.list();
        assert.deepEqual(one?.running, { version: '6.0.0' });
        await assert.rejects(provider.prepare({ version: '6.1.0', ...bare }, never), {
          code: 'invalid-parameter',
        });
        await provider.prepare({ version: '6.0.0', ...bare }, never);
        await provider.prepare({ version: '6.0.0', ...bare }, never);
        assert.ok((await provider.prepared()).includes('6.0.0'));
        await assert.rejects(provider.prepare({ ...stage.next, version: '6.0.0' }, never), {
          code: 'release-refused',
          message: /two releases never share a version/,
        });
        await provider.start('two', '6.0.0');
        await happened('two', 'started 1.0.0\n');
        await provider.stop('one', 'kill');
        await provider.stop('two', 'kill');
      },
    );

    it(
      'they see their data, the files that they are told of and the daemon, and are given time to leave',
      deadline,
      async () => {
        await provider.start('three', '6.0.0');
        const { Config, HostConfig } = await inspect('three');
        const [, , settings = ''] = stage.own.nodeArguments;
        const data = stage.data('three');
        const socket = testDaemon.socketPath;
        assert.deepEqual(HostConfig.Binds, [
          `${data}:${data}`,
          `${settings}:${settings}:ro`,
          `${socket}:${socket}`,
        ]);
        assert.equal((Config as { readonly StopTimeout?: number }).StopTimeout, 25);
        assert.equal(HostConfig.NetworkMode, 'host');
        assert.equal(HostConfig.RestartPolicy?.Name, 'no');
        assert.deepEqual(Config.Labels, { 'hearth.place': 'three', 'hearth.version': '6.0.0' });
        await happened('three', 'started 1.0.0\n');
      },
    );

    it(
      'who claimed to drain one and died is followed by another after a while',
      deadline,
      async () => {
        await daemon.call('claim', (docker) =>
          docker.getContainer('hearth-three').rename({ name: 'hearth-three.leaving' }),
        );
        await provider.stop('three', 'drain');
        await provider.stop('three', 'drain');
        assert.equal(await events('three'), 'started 1.0.0\n');
        aheadMs = 11_000;
        await provider.stop('three', 'drain');
        await happened('three', 'started 1.0.0\nSIGTERM\nended\n');
      },
    );
  });
});
