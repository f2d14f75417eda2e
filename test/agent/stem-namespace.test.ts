import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { noLogs, type Sandbox, type SandboxSpec } from '../../src/agent/index.js';
import { NamespaceDriver, probeNamespaces } from '../../src/agent/namespace/index.js';
import { mountProgram, shellProgram } from '../../src/agent/namespace/mount-program.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { freeze, stemOf, taken } from './conformance/stem-cells.js';
import { answerOf, bundle, callOf, directoryOf, processesOf, specOf } from './fixture.js';

const deadline = { timeout: 30_000 };
const isRoot = process.getuid?.() === 0;
const probe = await probeNamespaces();
const skip = !isRoot ? 'root only' : probe.works ? false : probe.reason;
const run = promisify(execFile);
const names = { 'index.js': `exports.handler = async () => require('fs').readdirSync(__dirname);` };

const both = `const { readdirSync } = require('node:fs');
  exports.handler = async () => [readdirSync(__dirname), readdirSync('/opt')];`;

/** Looks around for whatever could be somebody else's. */
const snooping = `
const fs = require('node:fs');
const read = (path) => { try { return fs.readFileSync(path, 'latin1'); } catch { return ''; } };
const list = (path) => { try { return fs.readdirSync(path); } catch { return []; } };
const link = (path) => { try { return fs.readlinkSync(path); } catch { return ''; } };
const fails = (act) => { try { act(); return null; } catch (error) { return error.code; } };
exports.handler = async () => ({
  environ: list('/proc').filter((name) => /^[0-9]+$/.test(name))
    .map((pid) => read('/proc/' + pid + '/environ') + read('/proc/' + pid + '/cmdline')).join(''),
  variables: JSON.stringify(process.env),
  memory: read('/proc/self/maps'),
  processes: list('/proc').filter((name) => /^[0-9]+$/.test(name)),
  descriptors: list('/proc/self/fd').map((fd) => link('/proc/self/fd/' + fd)),
  mounts: read('/proc/self/mountinfo').trim().split('\\n').map((line) => line.split(' ').slice(3, 6)),
  temporary: list('/tmp'), shared: list('/dev/shm'), task: list('/var/task'), layers: list('/opt'),
  up: list('/var/task/..'), hidden: fails(() => fs.readdirSync('/proc/1/root/var/task')),
  write: [fails(() => fs.writeFileSync('/var/task/x', '')), fails(() => fs.writeFileSync('/opt/x', '')),
    fails(() => fs.mkdirSync('/var/task/d')), fails(() => fs.unlinkSync('/var/task/index.js'))],
  modules: Object.keys(require.cache), globals: Object.keys(globalThis),
});`;
/** Puts a secret wherever a function can put one. */
const secretive = `
const fs = require('node:fs');
const secret = process.env.SECRET;
globalThis.secret = secret;
exports.handler = async () => {
  fs.writeFileSync('/tmp/' + secret, secret);
  try { fs.writeFileSync('/dev/shm/' + secret, secret); } catch {}
  globalThis.open = fs.openSync('/tmp/' + secret, 'r+');
  globalThis.memory = Buffer.alloc(8 << 20, secret);
  require('node:child_process').spawn('sleep', ['1000'], { env: { SECRET: secret }, detached: true });
  return fs.readdirSync('/tmp');
};`;

describe('stem cells in namespaces', { skip }, () => {
  const data = mkdtempSync(join(tmpdir(), 'hearth-test-'));
  const deps = { clock: systemClock, logger: silentLogger, logs: noLogs };
  const driver = new NamespaceDriver(deps, { manifestPath: join(data, 'sandboxes.json') });
  before(() => {
    process.env.OF_THE_NODE = 'the node keeps-this';
    return driver.start();
  });
  after(async () => {
    await driver.stop();
    rmSync(data, { recursive: true, force: true });
  });

  const secretOf = (at: number) => `tenant-${at}-keeps-this`;
  const fill = async (t: TestContext, at: number, layers: boolean): Promise<Sandbox> => {
    const files = { 'index.js': secretive, [`${secretOf(at)}.txt`]: secretOf(at) };
    const layersRoot = layers ? bundle(t, { [`${secretOf(at)}-layer`]: secretOf(at) }) : null;
    const environment = { SECRET: secretOf(at) };
    const sandbox = await taken(t, driver, specOf(bundle(t, files), { environment, layersRoot }));
    assert.deepEqual(answerOf(await sandbox.invoke(callOf(0))), [secretOf(at)]);
    return sandbox;
  };

  it('shows a function nothing of those whose stem cells were born before and after', {
    ...deadline,
  }, async (t) => {
    const spec = specOf(bundle(t, { 'index.js': snooping }));
    const early = await stemOf(t, driver, spec);
    freeze(early);
    await fill(t, 1, true);
    const gone = await fill(t, 2, true);
    await gone.end();
    // born in what an earlier one has left
    const late = await stemOf(t, driver, spec);
    await fill(t, 3, false);
    for (const stem of [early, late]) {
      const sandbox = await stem.become(spec);
      const seen = answerOf(await sandbox.invoke(callOf(0))) as Record<string, unknown>;
      assert(!JSON.stringify(seen).includes('keeps-this'), JSON.stringify(seen));
      assert(!String(seen.variables).includes('HEARTH_TOKEN'));
      assert(!String(seen.variables).includes('HEARTH_STEM'));
      assert.deepEqual(seen.processes, ['1', '2']);
      assert.deepEqual([seen.temporary, seen.shared, seen.task], [[], [], ['index.js']]);
      assert.deepEqual(seen.write, ['EROFS', 'EROFS', 'EROFS', 'EROFS']);
      assert.deepEqual(seen.modules, ['/var/task/index.js']);
      const mounts = seen.mounts as [from: string, at: string, options: string][];
      const given = mounts.filter(([, at]) => at === '/var/task' || at.startsWith('/opt'));
      const own = spec.taskRoot.slice(spec.taskRoot.lastIndexOf('/'));
      assert.equal(given.filter(([from]) => from.endsWith(own)).length, 1);
      for (const [from, , options] of given) {
        assert(from.endsWith(own) || /^\/cells\/\d+\/(task|opt)$/.test(from), from);
        assert(['ro', 'nosuid', 'nodev'].every((option) => options.split(',').includes(option)));
      }
      for (const link of seen.descriptors as string[]) {
        assert.match(link, /^(|\/dev\/null|\/proc\/\d+\/fd|(socket|pipe|anon_inode):.*)$/);
      }
      await sandbox.end();
    }
  });

  it('sees new code where older code was removed from the same place', deadline, async (t) => {
    const spec = specOf(join(bundle(t, {}), 'code'));
    for (const name of ['first', 'second']) {
      mkdirSync(spec.taskRoot);
      writeFileSync(join(spec.taskRoot, 'index.js'), names['index.js']);
      writeFileSync(join(spec.taskRoot, name), '');
      const sandbox = await taken(t, driver, spec);
      assert.deepEqual(answerOf(await sandbox.invoke(callOf(0))), [name, 'index.js'].sort());
      // a running sandbox keeps nobody from removing it
      rmSync(spec.taskRoot, { recursive: true });
    }
  });

  // the kernel's time of files goes on every few milliseconds
  it('finds Python code that is as old as the empty directory where it was looked for before', {
    ...deadline,
  }, async (t) => {
    const taskRoot = bundle(t, { 'index.py': 'def handler(event, context):\n  return "found"\n' });
    const spec = specOf(taskRoot, { runtime: 'python3.11' });
    const stem = await stemOf(t, driver, spec);
    const inside = processesOf(stem).map((pid) => `/proc/${pid}/root/var/task`);
    await run('touch', [`--reference=${inside.at(-1)}`, taskRoot]);
    const sandbox = await stem.become(spec);
    assert.equal(answerOf(await sandbox.invoke(callOf(0))), 'found');
    await sandbox.end();
  });

  it('has no stem cells for what is not like others', () => {
    const spec = specOf('/nowhere');
    const kind = { runtime: 'nodejs', memoryMb: 128, ephemeralMb: 64 };
    assert.deepEqual(driver.stemKindOf(spec), kind);
    assert.deepEqual(driver.stemKindOf({ ...spec, ephemeralMb: 64, concurrency: 8 }), kind);
    assert.equal(driver.stemKindOf({ ...spec, network: 'outbound' }), null);
    assert.equal(driver.stemKindOf({ ...spec, runtime: 'java21' }), null);
    const image = { uri: 'a:1', entryPoint: [], command: [], workingDirectory: '' };
    assert.equal(driver.stemKindOf({ ...spec, image }), null);
  });

  it('is on the stage no longer than until it has its code', deadline, async (t) => {
    const spec = specOf(bundle(t, names));
    const sandboxes = [await taken(t, driver, spec), await taken(t, driver, spec)];
    await sandboxes[1]?.end();
    // whoever is born sees the stage: two more births later all that was let go of is gone
    const stems = [await stemOf(t, driver, spec), await stemOf(t, driver, spec)];
    const [pid] = mountersOf(sandboxes[0]);
    const { stdout } = await run('cat', [`/proc/${pid}/mountinfo`]);
    const cells = stdout.split('\n').filter((line) => line.includes('/stage/cells/'));
    assert.equal(cells.length, stems.length, stdout);
  });

  it('goes on when the program that mounts has died', deadline, async (t) => {
    const spec = specOf(bundle(t, names));
    const stem = await stemOf(t, driver, spec);
    for (const pid of mountersOf(stem)) process.kill(pid, 'SIGKILL');
    const other = await stemOf(t, driver, spec).catch(() => stemOf(t, driver, spec));
    for (const one of [stem, other]) {
      const sandbox = await one.become(spec);
      assert.deepEqual(answerOf(await sandbox.invoke(callOf(0))), ['index.js']);
    }
  });

  it('ends with its driver, and so does the program that mounts', deadline, async (t) => {
    const own = new NamespaceDriver(deps, { manifestPath: join(data, 'own.json') });
    await own.start();
    const spec = specOf(bundle(t, names));
    const stems = [await stemOf(t, own, spec), await stemOf(t, own, spec)];
    assert.equal(mountersOf(stems[0]).length, 1);
    await own.stop();
    for (const stem of stems) {
      assert.equal(stem.alive, false);
      assert.deepEqual(processesOf(stem as unknown as Sandbox), []);
    }
    assert.deepEqual(mountersOf(stems[0]), []);
    await assert.rejects(own.createStem({ runtime: 'python', memoryMb: 128, ephemeralMb: 64 }));
  });
});

describe('programs that mount', { skip }, () => {
  const programs = [
    ['the quickest', mountProgram],
    ['the shell', async () => shellProgram],
  ] as const;
  for (const [title, program] of programs) {
    it(`${title}: gives code from any directory, and says what is wrong`, deadline, async (t) => {
      const data = bundle(t, {});
      const driver = new NamespaceDriver(
        { clock: systemClock, logger: silentLogger, logs: noLogs, mountProgram: program },
        { manifestPath: join(data, 'sandboxes.json') },
      );
      await driver.start();
      t.after(() => driver.stop());
      const directory = join(data, `it's "odd" $HOME\\n -x`);
      const layersRoot = join(data, '-layers');
      for (const path of [directory, layersRoot]) mkdirSync(path, { mode: 0o755 });
      writeFileSync(join(directory, 'index.js'), both);
      writeFileSync(join(layersRoot, 'of-a-layer'), '');
      const spec: SandboxSpec = specOf(directory, { layersRoot });
      for (let round = 0; round < 2; round++) {
        const sandbox = await taken(t, driver, spec);
        const seen = answerOf(await sandbox.invoke(callOf(0)));
        assert.deepEqual(seen, [['index.js'], ['of-a-layer']]);
        await sandbox.end();
      }
      const broken = join(data, 'line\nbreak');
      mkdirSync(broken, { mode: 0o755 });
      await assert.rejects(taken(t, driver, specOf(broken)), /could not be given its function/);
    });
  }
});

/** The pids of what mounts for the driver of this one. */
function mountersOf(one: { readonly id: string } | undefined): number[] {
  const stage = join(dirname(directoryOf(one as Sandbox)), 'stage');
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const parent = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        return Number(parent) === process.pid && command.endsWith(`\0${stage}\0`);
      } catch {
        return false;
      }
    });
}
