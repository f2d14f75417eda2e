import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Controller, GroupLimits, SandboxGroup } from '../../../src/agent/cgroup/index.js';
import { systemClock } from '../../../src/lib/index.js';
import { endOf, homeOf, noLimits, pidsIn, startIn } from './fixture.js';

const deadline = { timeout: 30_000 };
const MiB = 1024 * 1024;
/** A tenth of a second of work or so. */
const work = 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done';

/** A group with these limits; null, and the test skipped, where the controller is not to be had. */
async function limited(
  t: TestContext,
  controller: Controller,
  limits: Partial<GroupLimits>,
): Promise<SandboxGroup | null> {
  const home = await homeOf(t);
  if (home === null) return null;
  if (!home.controllers.has(controller)) {
    t.skip(`no ${controller} controller: ${home.summary}`);
    return null;
  }
  return home.create('1', { ...noLimits, ...limits });
}

/** A control file of the group, in whichever hierarchy has it. */
function control(group: SandboxGroup, ...names: readonly string[]): string {
  for (const directory of new Set(group.procsFiles.map((file) => dirname(file)))) {
    for (const name of names) {
      try {
        return readFileSync(join(directory, name), 'utf8').trim();
      } catch {
        // in another one
      }
    }
  }
  throw new Error(`no ${names.join(' or ')} in ${tmpdir()}`);
}

/** Of the hierarchy that has the cpu controller: the other's tells of no limit. */
function cpuStatOf(group: SandboxGroup): string {
  const directories = group.procsFiles.map((file) => dirname(file));
  const texts = directories.map((path) => {
    const file = join(path, 'cpu.stat');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  });
  return texts.find((text) => text.includes('nr_throttled')) ?? '';
}

describe('a limit of a group', () => {
  it('of memory ends a hog, counts that, and knows the peak afterwards', deadline, async (t) => {
    const memoryBytes = 48 * MiB;
    const group = await limited(t, 'memory', { memoryBytes });
    if (group === null) return;
    const hog = startIn(t, group.procsFiles, 'exec tail /dev/zero');
    assert.equal(await endOf(hog), 'SIGKILL');
    const { memoryKills, memoryPeakBytes } = group.usage();
    assert(memoryKills >= 1);
    assert(memoryPeakBytes !== null && memoryPeakBytes <= memoryBytes, String(memoryPeakBytes));
    assert(memoryPeakBytes > memoryBytes / 2, String(memoryPeakBytes));
    assert.equal(await group.remove(), true);
    assert.deepEqual(group.usage().memoryPeakBytes, memoryPeakBytes);
    assert(group.usage().memoryKills >= 1);
  });

  it('of memory counts swap as memory', deadline, async (t) => {
    const memoryBytes = 64 * MiB;
    const group = await limited(t, 'memory', { memoryBytes });
    if (group === null) return;
    const limit = control(group, 'memory.limit_in_bytes', 'memory.max');
    assert.equal(limit, String(memoryBytes));
    let swap: string;
    try {
      swap = control(group, 'memory.memsw.limit_in_bytes', 'memory.swap.max');
    } catch {
      t.skip('this kernel counts no swap');
      return;
    }
    assert([String(memoryBytes), '0'].includes(swap), swap);
  });

  it('of processes refuses one more', deadline, async (t) => {
    const pidsMax = 8;
    const group = await limited(t, 'pids', { pidsMax });
    if (group === null) return;
    const script = 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1000 & echo $i; done';
    const child = startIn(t, group.procsFiles, script);
    assert.equal(await endOf(child), 2, 'the shell gives up when it cannot fork');
    const inside = pidsIn(dirname(group.procsFiles[0] ?? '')).length;
    assert(inside < pidsMax && inside >= pidsMax - 2, String(inside));
  });

  it('of CPU time holds by the counters', deadline, async (t) => {
    const cpuCores = 0.1;
    const group = await limited(t, 'cpu', { cpuCores });
    if (group === null) return;
    const child = startIn(t, group.procsFiles, `echo; ${work}; echo; read x`);
    await once(child.stdout, 'data');
    const startMs = systemClock.nowMs();
    const startCpuMs = group.usage().cpuMs ?? 0;
    await once(child.stdout, 'data');
    const cpuMs = (group.usage().cpuMs ?? 0) - startCpuMs;
    const wallMs = systemClock.nowMs() - startMs;
    // at both ends a period's share more than its part of the time can fall into it
    assert(cpuMs > 20, `${cpuMs} ms are too little to judge by`);
    assert(cpuMs <= cpuCores * (wallMs + 200) * 1.1, `${cpuMs} ms of CPU in ${wallMs} ms`);
    const throttled = /^nr_throttled (\d+)$/m.exec(cpuStatOf(group))?.[1];
    assert(Number(throttled) > 0, 'it was never held back');
  });

  it('of CPU time may be more than what all sandboxes together have', deadline, async (t) => {
    const home = await homeOf(t);
    if (home === null) return;
    if (!home.controllers.has('cpu')) return t.skip(`no cpu controller: ${home.summary}`);
    const tenth = { 'cpu.cfs_quota_us': '10000', 'cpu.max': '10000 100000' };
    for (const [name, text] of Object.entries(tenth)) {
      const files = home.paths.map((path) => join(path, name)).filter(existsSync);
      for (const file of files) writeFileSync(file, text);
    }
    const group = await home.create('1', { ...noLimits, cpuCores: 1 });
    assert.equal(await endOf(startIn(t, group.procsFiles, 'exit 7')), 7);
  });

  it('of CPU weight is less than the node has, for all sandboxes together', deadline, async (t) => {
    const group = await limited(t, 'cpu', { cpuWeight: 200 });
    if (group === null) return;
    const weights = control(group, 'cpu.shares', 'cpu.weight');
    assert(['2048', '200'].includes(weights), weights);
    const homes = group.procsFiles.map((file) => dirname(dirname(file)));
    const home = { ...group, procsFiles: homes.map((path) => join(path, 'x')) };
    const weight = control(home, 'cpu.shares', 'cpu.weight');
    assert(['512', '50'].includes(weight), weight);
  });

  it('of the disk names the disk of the data', deadline, async (t) => {
    const group = await limited(t, 'io', { ioBytesPerS: 50_000_000 });
    if (group === null) return;
    const rule = control(group, 'blkio.throttle.write_bps_device', 'io.max');
    assert.match(rule, /^\d+:\d+ (50000000|rbps=50000000 wbps=50000000 .*)$/);
  });

  it('holds for processes from the beginning, with all that they fork', deadline, async (t) => {
    const home = await homeOf(t);
    if (home === null) return;
    const group = await home.create('1', noLimits);
    const child = startIn(t, group.procsFiles, 'sleep 1000 & echo in; wait');
    await once(child.stdout, 'data');
    for (const file of group.procsFiles) {
      const inside = pidsIn(dirname(file));
      assert(inside.includes(child.pid ?? 0) && inside.length >= 2, `${file}: ${inside}`);
    }
  });
});
