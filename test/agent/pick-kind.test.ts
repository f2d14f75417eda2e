import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ImageDriver } from '../../src/agent/image-driver.js';
import {
  makeDriver,
  noLogs,
  pickSandboxKind,
  type Sandbox,
  type SandboxDriver,
  warningOf,
} from '../../src/agent/index.js';
import { probeNamespaces } from '../../src/agent/namespace/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { specOf, temporaryDirectory } from './fixture.js';

const deps = { clock: systemClock, logger: silentLogger, logs: noLogs };
const image = { uri: 'hello:1', entryPoint: [], command: [], workingDirectory: '' };
const namespaces = await probeNamespaces();
const noDocker = '/no/such/docker.sock';

describe('the kind of sandboxes', () => {
  it('is the one that was asked for', async () => {
    for (const kind of ['docker', 'namespace', 'process'] as const) {
      assert.deepEqual(await pickSandboxKind(kind, deps), { kind, reason: 'asked for' });
    }
  });

  it('is namespaces where they work and nothing was asked for', {
    skip: namespaces.works ? false : namespaces.reason,
  }, async () => {
    assert.equal((await pickSandboxKind('auto', deps, noDocker)).kind, 'namespace');
  });

  it('is the plain process where nothing else works, and says why', async (t) => {
    const path = process.env.PATH;
    t.after(() => {
      process.env.PATH = path;
    });
    process.env.PATH = '/no/such/directory';
    const { kind, reason } = await pickSandboxKind('auto', deps, noDocker);
    assert.equal(kind, 'process');
    assert.match(reason, /^no namespaces: .*; no Docker: .*no\/such\/docker\.sock/);
  });

  it('comes with a warning where it isolates nothing', () => {
    assert.match(warningOf('process') ?? '', /isolate nothing/);
    assert.equal(warningOf('namespace'), null);
    assert.equal(warningOf('docker'), null);
  });

  it('makes the driver of that name', (t) => {
    for (const kind of ['docker', 'namespace', 'process'] as const) {
      const manifestPath = join(temporaryDirectory(t), 'm.json');
      assert.equal(makeDriver({ kind, reason: '' }, deps, { manifestPath }).kind, kind);
    }
  });
});

/** Remembers what it was asked. */
class FakeDriver implements SandboxDriver {
  readonly asked: string[] = [];
  constructor(
    readonly kind: SandboxDriver['kind'],
    private readonly problem: Error | null = null,
  ) {}
  start = async (): Promise<void> => {
    this.asked.push('start');
    if (this.problem !== null) throw this.problem;
  };
  stop = async (): Promise<void> => void this.asked.push('stop');
  create = async (): Promise<Sandbox> => {
    this.asked.push('create');
    return {} as Sandbox;
  };

  stemKindOf(): null {
    return null;
  }

  createStem(): Promise<never> {
    return Promise.reject(new Error('no stem cells here'));
  }

  createZygote(): Promise<never> {
    return Promise.reject(new Error('no zygotes here'));
  }
}

describe('functions that are images, beside others', () => {
  const both = (t: TestContext, problem?: Error) => {
    const zips = new FakeDriver('namespace');
    const images = new FakeDriver('docker', problem);
    const dockerManifestPath = join(temporaryDirectory(t), 'containers.json');
    const driver = new ImageDriver(zips, images, silentLogger, { dockerManifestPath });
    return { zips, images, driver };
  };

  it('leave Docker alone until there is one', async (t) => {
    const { zips, images, driver } = both(t);
    await driver.start();
    await driver.create(specOf('/x'));
    await driver.stop();
    assert.deepEqual(zips.asked, ['start', 'create', 'stop']);
    assert.deepEqual(images.asked, []);
  });

  it('start Docker once, with the first of them', async (t) => {
    const { zips, images, driver } = both(t);
    await driver.start();
    await Promise.all([1, 2].map(() => driver.create(specOf('', { image }))));
    await driver.create(specOf('', { image }));
    await driver.stop();
    assert.deepEqual(zips.asked, ['start', 'stop']);
    assert.deepEqual(images.asked, ['start', 'create', 'create', 'create', 'stop']);
  });

  it('fail with the reason where Docker does not start, and try again', async (t) => {
    const { zips, images, driver } = both(t, new Error('no daemon'));
    await driver.start();
    for (let attempt = 0; attempt < 2; attempt++) {
      await assert.rejects(driver.create(specOf('', { image })), /no daemon/);
    }
    await driver.create(specOf('/x'));
    await driver.stop();
    assert.deepEqual(images.asked, ['start', 'start']);
    assert.deepEqual(zips.asked, ['start', 'create', 'stop']);
  });
});
