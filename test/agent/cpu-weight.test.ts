import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { noLogs, ProcessDriver, sweepLeftovers } from '../../src/agent/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { answerOf, callOf, nodeSandbox, temporaryDirectory } from './fixture.js';

const deadline = { timeout: 30_000 };
const deps = { clock: systemClock, logger: silentLogger, logs: noLogs };
/** Tells its own pid and that of a child. */
const forking = `
const { spawn } = require('node:child_process');
const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
exports.handler = async () => [process.pid, child.pid];`;

interface Place {
  readonly groups: readonly string[];
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
/** The group that has the cpu controller, and the name of its weight there. */
function weighed({ groups }: Place): readonly [group: string, file: string] | null {
  for (const file of ['cpu.shares', 'cpu.weight']) {
    const group = groups.find((path) => existsSync(join(path, file)));
    if (group !== undefined) return [group, file];
  }
  return null;
}

describe("a sandbox's share of the CPU", () => {
  it('is that of a group lighter than the node, with all that it forks', deadline, async (t) => {
    const { driver, place, pids } = await running(t, true);
    const found = weighed(place);
    if (found === null) {
      t.skip('no cgroup hierarchy with the cpu controller that this process may use');
      return;
    }
    const [home, file] = found;
    assert(numberIn(join(home, file)) < (file === 'cpu.shares' ? 1024 : 100));
    const inside = readFileSync(join(home, '1', 'cgroup.procs'), 'utf8').split('\n');
    for (const pid of pids) assert(inside.includes(String(pid)), `${pid} is not inside`);
    await driver.stop();
    for (const group of place.groups) assert.equal(existsSync(group), false);
  });

  it('is that of a nice process and session where there are no cgroups', deadline, async (t) => {
    const { place, pids } = await running(t, false);
    assert.deepEqual(place.groups, []);
    assert(getPriority(pids[0]) > getPriority());
  });

  const autogroup = '/proc/self/autogroup';
  it('is nice by session', { ...deadline, skip: noFile(autogroup) }, async (t) => {
    const { pids } = await running(t, false);
    assert.match(readFileSync(`/proc/${pids[0]}/autogroup`, 'utf8'), /nice 3$/m);
  });

  it('never costs a group that is not named like its directory', deadline, async (t) => {
    const { place } = await running(t, true);
    const [group] = place.groups;
    if (group === undefined) {
      t.skip('no cgroups that this process may use');
      return;
    }
    const precious = `${group}-precious`;
    mkdirSync(precious);
    t.after(() => rmdirSync(precious));
    const manifestPath = join(temporaryDirectory(t), 'm.json');
    const runtimeDir = join(tmpdir(), 'hearth-000000');
    const owner = { ownerPid: 1, ownerStart: 'x' };
    writeFileSync(manifestPath, JSON.stringify({ runtimeDir, groups: [precious], ...owner }));
    await sweepLeftovers(manifestPath);
    assert.equal(existsSync(precious), true);
  });
});
