/** The Docker driver with a real daemon of its own: what all drivers do, and what only this one can. */
import { strict as assert } from 'node:assert';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { after, before, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import { DockerDaemon } from '../../../src/agent/docker/daemon.js';
import { followProgress } from '../../../src/agent/docker/daemon-progress.js';
import { RuntimeImages } from '../../../src/agent/docker/runtime-images.js';
import type { FramedSandbox } from '../../../src/agent/framed-sandbox.js';
import {
  type ContainerImage,
  DockerDriver,
  noLogs,
  type Sandbox,
} from '../../../src/agent/index.js';
import { type Clock, silentLogger, systemClock, systemRandom } from '../../../src/lib/index.js';
import { DockerTestDaemon, noDockerDaemon } from '../../docker-daemon.js';
import { driverConformance } from '../driver-conformance.js';
import {
  answerOf,
  bundle,
  callOf,
  ended,
  frozen,
  nodeSandbox,
  processesOf,
  specOf,
  temporaryDirectory,
} from '../fixture.js';
import { hostileSuite } from '../hostile/suite.js';
import { registryWith } from './registry.js';

const skip = noDockerDaemon();
const noCompiler = hasCompiler() ? false : 'no gcc';
const deadline = { timeout: 60_000 };
const deps = { clock: systemClock, logger: silentLogger, logs: noLogs, random: systemRandom() };
const helloSource = fileURLToPath(
  new URL('../../../../test/agent/docker/hello.c', import.meta.url),
);
const pid = 'exports.handler = async () => process.pid;';
const hungry = `
exports.handler = async (event) => {
  const held = [];
  while (event) held.push(Buffer.alloc(4e6, 1));
};`;
const prying = `
const { readFileSync, readdirSync, writeFileSync } = require('node:fs');
const { networkInterfaces } = require('node:os');
const tryTo = (act) => { try { act(); return 'done'; } catch (error) { return error.code; } };
exports.handler = async () => ({
  uid: process.getuid(),
  networks: Object.keys(networkInterfaces()),
  run: readdirSync('/run/hearth'),
  writes: ['/x', '/run/hearth/x', '/var/task/x', '/var/runtime/x', '/dev/x', '/tmp/x'].map((path) =>
    tryTo(() => writeFileSync(path, 'x'))),
  full: tryTo(() => writeFileSync('/tmp/big', Buffer.alloc(70e6))),
  capabilities: /CapBnd:\\s*(\\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1],
  processes: readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length,
});`;
/** A program that makes a sandbox, prints the name of its container, and waits to be killed. */
const nodeProgram = `
const [agent, lib, manifestPath, socketPath, taskRoot] = process.argv.slice(2);
const { DockerDriver, noLogs } = await import(agent);
const { silentLogger, systemClock, systemRandom } = await import(lib);
const driver = new DockerDriver(
  { clock: systemClock, logger: silentLogger, logs: noLogs, random: systemRandom() },
  { manifestPath, socketPath },
);
await driver.start();
const { id } = await driver.create({
  functionName: 'f', functionVersion: '$LATEST', runtime: 'nodejs20.x', handler: 'index.handler',
  taskRoot, layersRoot: null, environment: {}, memoryMb: 128, ephemeralMb: 512, network: 'none',
  image: null,
});
console.log(id);
setInterval(() => {}, 1000);
`;

describe('docker', { skip }, () => {
  if (skip !== false) return;
  const data = mkdtempSync(join(tmpdir(), 'hearth-test-'));
  const daemon = new DockerTestDaemon();
  const { socketPath } = daemon;
  const docker = new Docker({ socketPath, host: '' });
  before(() => daemon.start());
  after(async () => {
    await daemon.remove();
    rmSync(data, { recursive: true, force: true });
  });

  driverConformance(
    'docker',
    new DockerDriver(deps, { manifestPath: join(data, 'conformance'), socketPath }),
  );

  const hostile = mkdtempSync(join(data, 'hostile-'));
  hostileSuite('docker', {
    driver: new DockerDriver(deps, { manifestPath: join(hostile, 'm'), socketPath }),
    data: hostile,
    firstPassesSignals: true,
  });

  describe('containers', () => {
    const driver = new DockerDriver(deps, {
      manifestPath: join(data, 'containers'),
      socketPath,
    });
    before(() => driver.start());
    after(() => driver.stop());

    it('let nothing out, and each is somebody else', deadline, async (t) => {
      const sandboxes = [
        await nodeSandbox(t, driver, prying),
        await nodeSandbox(t, driver, prying),
      ];
      const uids = new Set<unknown>();
      for (const sandbox of sandboxes) {
        const { uid, ...rest } = answerOf(await sandbox.invoke(callOf(0))) as { uid: number };
        uids.add(uid);
        assert.deepEqual(rest, {
          networks: ['lo'],
          run: ['s'],
          writes: ['EROFS', 'EROFS', 'EROFS', 'EROFS', 'EACCES', 'done'],
          full: 'ENOSPC',
          capabilities: '0000000000000000',
          processes: 2,
        });
      }
      assert.equal(uids.size, 2);
      assert(!uids.has(0));
    });

    it('are frozen past the daemon, which does not know it', deadline, async (t) => {
      const sandbox = await nodeSandbox(
        t,
        driver,
        'exports.handler = async () => { setInterval(() => { for (let i = 0; i < 1e6; i++); }, 1); };',
      );
      await sandbox.invoke(callOf(0));
      (sandbox as FramedSandbox).freezeIfIdleSince(Number.POSITIVE_INFINITY);
      await frozen(sandbox);
      const { cpuMs } = sandbox.usage(true);
      const { State } = await docker.getContainer(sandbox.id).inspect();
      assert.deepEqual([State.Running, State.Paused], [true, false]);
      assert.equal(sandbox.usage(true).cpuMs, cpuMs);
      await sandbox.invoke(callOf(0));
      assert((sandbox.usage(true).cpuMs ?? 0) > (cpuMs ?? 0));
      (sandbox as FramedSandbox).freezeIfIdleSince(Number.POSITIVE_INFINITY);
      await sandbox.end();
      assert.deepEqual(processesOf(sandbox), []);
    });

    it('that are killed for memory are told from those that are killed', deadline, async (t) => {
      const sandbox = await nodeSandbox(t, driver, hungry);
      await sandbox.invoke(callOf(0));
      assert.equal(sandbox.usage(true).memoryKills, 0);
      const { errorType } = await sandbox.invoke(callOf(1));
      assert.equal(errorType, 'Runtime.OutOfMemory');
      assert.equal(sandbox.usage().memoryPeakBytes, 128 * 1024 * 1024);
    });

    it('leave nothing behind', deadline, async (t) => {
      const other = new DockerDriver(deps, { manifestPath: join(data, 'other'), socketPath });
      await other.start();
      const { id } = await nodeSandbox(t, other, pid);
      const name = id.slice(0, id.lastIndexOf('-'));
      assert.notDeepEqual(groupsNamed(name), []);
      await other.stop();
      await assert.rejects(docker.getContainer(id).inspect(), { statusCode: 404 });
      assert.deepEqual(groupsNamed(name), []);
      assert.equal(existsSync(join(tmpdir(), name)), false);
      assert.equal(existsSync(join(data, 'other')), false);
    });

    it('of a killed node are removed by its next start', deadline, async (t) => {
      const manifestPath = join(data, 'killed');
      const program = join(temporaryDirectory(t), 'node.mjs');
      writeFileSync(program, nodeProgram);
      const source = new URL('../../../src/', import.meta.url);
      const modules = ['agent/index.js', 'lib/index.js'].map((name) => new URL(name, source).href);
      const taskRoot = bundle(t, { 'index.js': pid });
      const args = [program, ...modules, manifestPath, socketPath, taskRoot];
      const node = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      t.after(() => node.kill('SIGKILL'));
      const [id] = (await once(createInterface(node.stdout), 'line')) as [string];
      node.kill('SIGKILL');
      await once(node, 'exit');
      await docker.getContainer(id).inspect();

      const next = new DockerDriver(deps, { manifestPath, socketPath });
      await next.start();
      await assert.rejects(docker.getContainer(id).inspect(), { statusCode: 404 });
      assert.deepEqual(groupsNamed(id.slice(0, id.lastIndexOf('-'))), []);
      await next.stop();
    });
  });

  describe('images as functions', () => {
    const hello = (): Buffer => {
      const directory = mkdtempSync(join(data, 'hello-'));
      buildHello(join(directory, 'hello'));
      return execFileSync('tar', ['-C', directory, '-c', 'hello'], { maxBuffer: 64 << 20 });
    };
    const imageOf = (uri: string, changes: Partial<ContainerImage> = {}): ContainerImage => ({
      uri,
      entryPoint: [],
      command: [],
      workingDirectory: '',
      ...changes,
    });
    const config = {
      Entrypoint: ['/hello'],
      Cmd: ['world'],
      Env: ['OF_IMAGE=yes', 'OF_FUNCTION=no', 'PATH=/mine'],
      WorkingDir: '/w',
      Volumes: { '/data': {} },
    };
    const driver = new DockerDriver(deps, { manifestPath: join(data, 'images'), socketPath });
    before(() => driver.start());
    after(() => driver.stop());
    const make = async (
      t: TestContext,
      uri: string,
      changes: Partial<ContainerImage> = {},
    ): Promise<Sandbox> => {
      const image = imageOf(uri, changes);
      const sandbox = await driver.create(
        specOf('', { image, environment: { OF_FUNCTION: 'yes' } }),
      );
      t.after(() => sandbox.end());
      return sandbox;
    };
    it('are pulled, and run though there is nothing else in them', {
      ...deadline,
      skip: noCompiler,
    }, async (t) => {
      const uri = await registryWith(t, 'hello', hello(), config);
      const sandbox = await make(t, uri);
      const { uid, ...answer } = answerOf(await sandbox.invoke(callOf({ a: 1 }))) as {
        uid: number;
      };
      assert.deepEqual(answer, {
        event: { a: 1 },
        argument: 'world',
        image: 'yes',
        function: 'yes',
        path: '/mine',
        in: '/w',
      });
      assert(uid > 1_900_000_000);
      const failed = await sandbox.invoke(callOf('fail'));
      assert.equal(failed.functionError, true);
      assert.deepEqual(answerOf(failed), { errorType: 'Hello.Failed', errorMessage: 'as asked' });

      const changed = await make(t, uri, { command: ['you'], workingDirectory: '/tmp' });
      const other = answerOf(await changed.invoke(callOf(2))) as Record<string, unknown>;
      assert.deepEqual([other.event, other.argument, other.in], [2, 'you', '/tmp']);
      await assert.rejects(make(t, uri, { command: ['exit'] }), (error: { payload: Buffer }) => {
        assert.match(error.payload.toString(), /exit status 5/);
        return true;
      });
      await sandbox.end();
      await changed.end();
      assert.deepEqual((await docker.listVolumes()).Volumes ?? [], []);
    });

    it('are missed in one sentence', deadline, async (t) => {
      const uri = await registryWith(t, 'hello', Buffer.alloc(1024), config);
      const unknown = uri.replace('/hello:', '/none:');
      await assert.rejects(make(t, unknown), (error: Error & { payload: Buffer }) => {
        const { errorType, errorMessage } = JSON.parse(error.payload.toString());
        assert.equal(errorType, 'Runtime.InvalidImage');
        assert.match(
          errorMessage,
          /^Error: The image 127\.0\.0\.1:\d+\/none:1 is not on this node/,
        );
        return true;
      });
      await assert.rejects(make(t, '127.0.0.1:1/hello:1'), {
        code: 'sandbox-unavailable',
        message: /could not be pulled.*connection refused/,
      });
      const bare = await registryWith(t, 'bare', Buffer.alloc(1024), {});
      await assert.rejects(make(t, bare), (error: { payload: Buffer }) => {
        assert.match(error.payload.toString(), /Runtime\.InvalidEntrypoint/);
        return true;
      });
    });
  });

  describe('images of runtimes', () => {
    const runtimeImages = (clock: Clock): RuntimeImages => {
      const imagesDaemon = new DockerDaemon({ clock }, { socketPath });
      return new RuntimeImages({ clock, logger: silentLogger, daemon: imagesDaemon });
    };

    it('are those of the settings, and of the host where these name none', deadline, async (t) => {
      const images = { 'nodejs20.x': 'mine:1', 'nodejs22.x': '127.0.0.1:1/none:1' };
      const driver = new DockerDriver(deps, {
        manifestPath: join(data, 'named'),
        socketPath,
        images,
      });
      await driver.start();
      t.after(() => driver.stop());
      const { name } = await runtimeImages(systemClock).of('node');
      await docker.getImage(name).tag({ repo: 'mine', tag: '1' });
      const sandbox = await nodeSandbox(t, driver, pid);
      const { Config } = await docker.getContainer(sandbox.id).inspect();
      assert.equal(Config.Image, 'mine:1');
      const other = await nodeSandbox(t, driver, pid, { runtime: 'nodejs24.x' });
      const { Config: ofHost } = await docker.getContainer(other.id).inspect();
      assert.match(ofHost.Image, /^hearth-runtime-node:/);
      await assert.rejects(nodeSandbox(t, driver, pid, { runtime: 'nodejs22.x' }), {
        code: 'sandbox-unavailable',
      });
    });

    it('need hold nothing for functions that bring their runtime', {
      ...deadline,
      skip: noCompiler,
    }, async (t) => {
      const images = { 'provided.al2023': 'hearth-probe:1' };
      const driver = new DockerDriver(deps, {
        manifestPath: join(data, 'provided'),
        socketPath,
        images,
      });
      await driver.start();
      t.after(() => driver.stop());
      const taskRoot = bundle(t, {});
      buildHello(join(taskRoot, 'bootstrap'));
      const sandbox = await driver.create(specOf(taskRoot, { runtime: 'provided.al2023' }));
      const { event } = answerOf(await sandbox.invoke(callOf(7))) as { event: number };
      assert.equal(event, 7);
    });

    it('go when they are old and nothing runs in them', deadline, async () => {
      const importOld = async (tag: string): Promise<string> => {
        const tar = Readable.from([Buffer.alloc(1024)]);
        const changes = ['LABEL hearth.image=node'];
        const answer = await docker.importImage(tar, { repo: 'hearth-runtime-node', tag, changes });
        await followProgress(answer);
        return `hearth-runtime-node:${tag}`;
      };
      const old = await importOld('0000000000000000');
      const current = await runtimeImages(systemClock).of('node');
      await docker.getImage(old).inspect();
      const day = 24 * 3600 * 1000;
      const later = { ...systemClock, machineWallMs: () => systemClock.machineWallMs() + 2 * day };
      assert.deepEqual(await runtimeImages(later).of('node'), current);
      await assert.rejects(docker.getImage(old).inspect(), { statusCode: 404 });
      await docker.getImage(current.name).inspect();
    });

    it('are made again where somebody has removed them', deadline, async (t) => {
      const driver = new DockerDriver(deps, { manifestPath: join(data, 'removed'), socketPath });
      await driver.start();
      t.after(() => driver.stop());
      const first = await nodeSandbox(t, driver, pid);
      const { Config } = await docker.getContainer(first.id).inspect();
      await first.end();
      await driver.stop();
      await driver.start();
      await docker.getImage(Config.Image).remove({ force: true });
      const second = await nodeSandbox(t, driver, pid);
      assert.equal(second.alive, true);
      await driver.stop();
      for (const { id } of [first, second]) {
        assert.deepEqual(groupsNamed(id.slice(0, id.lastIndexOf('-'))), []);
        await assert.rejects(docker.getContainer(id).inspect(), { statusCode: 404 });
      }
    });
  });

  describe('a daemon that dies', () => {
    it(
      'is missed in one sentence, and its containers go on until it is back',
      deadline,
      async (t) => {
        const driver = new DockerDriver(deps, { manifestPath: join(data, 'dies'), socketPath });
        await driver.start();
        t.after(() => driver.stop());
        assert.deepEqual((await driver.probe()).works, true);
        const running = await nodeSandbox(t, driver, pid);
        const ending = await nodeSandbox(t, driver, pid);
        await daemon.kill();
        await assert.rejects(nodeSandbox(t, driver, pid), {
          code: 'sandbox-unavailable',
          message: new RegExp(`The Docker daemon at unix://${socketPath} .* does not answer`),
        });
        const probe = await driver.probe();
        assert.equal(probe.works, false);
        assert.equal((await running.invoke(callOf(0))).functionError, false);
        await ending.end();
        assert.deepEqual(processesOf(ending), []);

        const gone = ended(running);
        await daemon.start();
        const next = await nodeSandbox(t, driver, pid);
        assert.equal((await next.invoke(callOf(0))).functionError, false);
        // a daemon that starts ends what it finds running
        await gone;
      },
    );

    it('is told by the next start what it could not be told by a stop', deadline, async (t) => {
      const manifestPath = join(data, 'untold');
      const driver = new DockerDriver(deps, { manifestPath, socketPath });
      await driver.start();
      t.after(() => driver.stop());
      const { id } = await nodeSandbox(t, driver, pid);
      await daemon.kill();
      await driver.stop();
      assert.equal(existsSync(manifestPath), true);
      await daemon.start();
      await docker.getContainer(id).inspect();
      await driver.start();
      await assert.rejects(docker.getContainer(id).inspect(), { statusCode: 404 });
      await driver.stop();
      assert.equal(existsSync(manifestPath), false);
    });

    it('need not be there when the node starts', deadline, async (t) => {
      await daemon.stop();
      const driver = new DockerDriver(deps, { manifestPath: join(data, 'late'), socketPath });
      await driver.start();
      t.after(() => driver.stop());
      await assert.rejects(nodeSandbox(t, driver, pid), { code: 'sandbox-unavailable' });
      await daemon.start();
      const sandbox = await nodeSandbox(t, driver, pid);
      assert.equal((await sandbox.invoke(callOf(0))).functionError, false);
    });
  });
});

function buildHello(path: string): void {
  execFileSync('gcc', ['-static', '-Os', '-o', path, helloSource]);
}

function hasCompiler(): boolean {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The control groups of a node's containers, in all hierarchies. */
function groupsNamed(name: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => join(line.split(' ')[4] ?? '', basename(name)))
    .filter((path) => existsSync(path));
}
