import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ProcessDriver, sweepLeftovers } from '../../src/agent/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { answerOf, callOf, nodeSandbox, temporaryDirectory } from './fixture.js';

const deadline = { timeout: 30_000 };
const deps = { clock: systemClock, logger: silentLogger };
/** Tells its own pid and that of a child. */
const forking = `
const { spawn } = require('node:child_process');
const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
exports.handler = async () => [process.pid, child.pid];`;

interface Place {
  readonly runtimeDir: string;
  readonly cgroup: string | null;
  readonly cpuGroup: string | null;
}

/** A started driver with one sandbox, where its things are, and the sandbox's processes. */
async function running(t: TestContext, useCgroups: boolean) {
  const manifestPath = join(temporaryDirectory(t), 'sandboxes.json');
  const driver = new ProcessDriver(deps, { manifestPath, useCgroups });
  await driver.start();
  t.after(() => driver.stop());
  const place = JSON.parse(readFileSync(manifestPath, 'utf8')) as Place;
  const sandbox = await nodeSandbox(t, driver, forking);
  const pids = answerOf(await sandbox.invoke(callOf(0))) as readonly [number, number];
  return { driver, manifestPath, place, pids };
}

const numberIn = (path: string): number => Number(readFileSync(path, 'utf8'));
const noFile = (path: string): string | false => (existsSync(path) ? false : `no ${path} here`);

describe("a sandbox's share of the CPU", () => {
  it('is that of a group lighter than the node, with all that it forks', deadline, async (t) => {
    const { driver, place, pids } = await running(t, true);
    const { cgroup, cpuGroup } = place;
    if (cpuGroup !== null) {
      const shares = numberIn(join(cpuGroup, 'cpu.shares'));
      assert(shares < 1024 && shares < numberIn(join(dirname(cpuGroup), 'cpu.shares')));
      const inside = readFileSync(join(cpuGroup, 'cgroup.procs'), 'utf8').split('\n');
      for (const pid of pids) assert(inside.includes(String(pid)), `${pid} is not inside`);
    } else if (cgroup !== null && existsSync(join(cgroup, 'cpu.weight'))) {
      assert(numberIn(join(cgroup, 'cpu.weight')) < 100);
    } else {
      t.skip('no cgroup hierarchy with the cpu controller that this process may use');
      return;
    }
    await driver.stop();
    for (const group of [cgroup, cpuGroup]) assert(group === null || !existsSync(group));
  });

  it('is that of a nice process and session where there are no cgroups', deadline, async (t) => {
    const { place, pids } = await running(t, false);
    assert.deepEqual([place.cgroup, place.cpuGroup], [null, null]);
    assert(getPriority(pids[0]) > getPriority());
  });

  const autogroup = '/proc/self/autogroup';
  it('is nice by session', { ...deadline, skip: noFile(autogroup) }, async (t) => {
    const { pids } = await running(t, false);
    assert.match(readFileSync(`/proc/${pids[0]}/autogroup`, 'utf8'), /nice 3$/m);
  });

  it('never costs a group that is not named like its directory', deadline, async (t) => {
    const { place } = await running(t, true);
    if (place.cpuGroup === null) {
      t.skip('no v1 hierarchy with the cpu controller that this process may use');
      return;
    }
    const precious = join(dirname(place.cpuGroup), `${basename(place.cpuGroup)}-precious`);
    mkdirSync(precious);
    t.after(() => rmdirSync(precious));
    const manifestPath = join(temporaryDirectory(t), 'm.json');
    const runtimeDir = join(tmpdir(), 'hearth-000000');
    const owner = { ownerPid: 1, ownerStart: 'x' };
    writeFileSync(
      manifestPath,
      JSON.stringify({ runtimeDir, cgroup: null, cpuGroup: precious, ...owner }),
    );
    await sweepLeftovers(manifestPath);
    assert.equal(existsSync(precious), true);
  });
});
