import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { noLogs, ProcessDriver, sweepLeftovers } from '../../src/agent/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { bundle, isRunning, temporaryDirectory } from './fixture.js';

const deadline = { timeout: 30_000 };
const deps = { clock: systemClock, logger: silentLogger, logs: noLogs };

/** A program that makes a sandbox whose function forks a daemon, and prints both pids. */
const nodeProgram = `
const [agent, lib, manifestPath, taskRoot, useCgroups] = process.argv.slice(2);
const { noLogs, ProcessDriver } = await import(agent);
const { silentLogger, systemClock } = await import(lib);
const driver = new ProcessDriver(
  { clock: systemClock, logger: silentLogger, logs: noLogs },
  { manifestPath, useCgroups: useCgroups === 'true' },
);
await driver.start();
const sandbox = await driver.create({
  functionName: 'f', functionVersion: '$LATEST', runtime: 'nodejs20.x', handler: 'index.handler',
  taskRoot, environment: {}, memoryMb: 128,
 layersRoot: null,
 ephemeralMb: 512,
 network: 'none',
 image: null,
    concurrency: 1,
    initialization: 'on-demand',
});
const { payload } = await sandbox.invoke({
  deadlineWallMs: Date.now() + 20000, requestId: 'r', functionArn: 'a', traceId: '', clientContext: '',
  payload: Buffer.from('{}'), timeoutS: 20,
});
console.log(Buffer.from(payload).toString());
setInterval(() => {}, 1000);
`;
const forking = `
exports.handler = () => new Promise((resolve) => {
  const { spawn } = require('node:child_process');
  const child = spawn('sh', ['-c', 'setsid sleep 1000 >/dev/null 2>&1 & echo $!'], {
    detached: true, stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.once('data', (data) => resolve([process.pid, Number(data), process.env.TMPDIR]));
});`;

describe('what a killed node leaves behind', () => {
  for (const useCgroups of [true, false]) {
    it(`is cleared away by the next start, cgroups ${useCgroups}`, deadline, async (t) => {
      const data = temporaryDirectory(t);
      const manifestPath = join(data, 'sandboxes.json');
      const program = join(data, 'node.mjs');
      writeFileSync(program, nodeProgram);
      const taskRoot = bundle(t, { 'index.js': forking });
      const source = new URL('../../src/', import.meta.url);
      const modules = ['agent/index.js', 'lib/index.js'].map((name) => new URL(name, source).href);
      const args = [program, ...modules, manifestPath, taskRoot, String(useCgroups)];
      const node = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      t.after(() => node.kill('SIGKILL'));
      const [line] = (await once(createInterface(node.stdout), 'line')) as [string];
      const [pid, daemon, directory] = JSON.parse(line) as [number, number, string];
      assert.equal(isRunning(pid) && isRunning(daemon), true);
      await assert.rejects(sweepLeftovers(manifestPath), { code: 'storage' });
      const { groups } = JSON.parse(readFileSync(manifestPath, 'utf8')) as { groups: string[] };
      assert(groups.every((group) => existsSync(group)));
      node.kill('SIGKILL');
      await once(node, 'exit');

      const next = new ProcessDriver(deps, { manifestPath });
      await next.start();
      assert.deepEqual(
        [isRunning(pid), isRunning(daemon), existsSync(directory)],
        [false, false, false],
      );
      assert(groups.every((group) => !existsSync(group)));
      await next.stop();
      assert.equal(existsSync(manifestPath), false);
    });
  }

  it('is nothing where there is no manifest, or one that is broken', deadline, async (t) => {
    const data = temporaryDirectory(t);
    await sweepLeftovers(join(data, 'none.json'));
    writeFileSync(join(data, 'broken.json'), '{"runtimeDir":');
    await sweepLeftovers(join(data, 'broken.json'));
  });

  it('never includes a directory that is not one of ours', deadline, async (t) => {
    const data = temporaryDirectory(t);
    const precious = join(data, 'precious');
    mkdirSync(precious);
    const manifest = { runtimeDir: precious, groups: [], ownerPid: 1, ownerStart: 'x' };
    writeFileSync(join(data, 'm.json'), JSON.stringify(manifest));
    await sweepLeftovers(join(data, 'm.json'));
    assert.equal(existsSync(precious), true);
  });

  it('is nothing after a driver has stopped', deadline, async (t) => {
    const manifestPath = join(mkdtempSync(join(temporaryDirectory(t), 'x')), 'm.json');
    const driver = new ProcessDriver(deps, { manifestPath });
    await driver.start();
    const { runtimeDir, groups } = JSON.parse(readFileSync(manifestPath, 'utf8'));
    assert.equal(runtimeDir.startsWith(tmpdir()) && existsSync(runtimeDir), true);
    await driver.stop();
    await driver.stop();
    assert.equal(existsSync(runtimeDir), false);
    for (const group of groups as string[]) assert(!existsSync(group));
    await assert.rejects(
      driver.create({
        functionName: 'f',
        functionVersion: '$LATEST',
        runtime: 'nodejs20.x',
        handler: 'index.handler',
        taskRoot: '/',
        environment: {},
        memoryMb: 128,
        layersRoot: null,
        ephemeralMb: 512,
        network: 'none',
        image: null,
        concurrency: 1,
        initialization: 'on-demand' as const,
      }),
      { code: 'draining' },
    );
  });
});
