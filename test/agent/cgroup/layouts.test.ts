import { strict as assert } from 'node:assert';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { findGroupHome, type GroupHome } from '../../../src/agent/cgroup/index.js';
import { SimulatedClock } from '../../../src/lib/index.js';
import { FakeKernel } from './fake-kernel.js';
import { noLimits } from './fixture.js';

const name = 'hearth-a1B2c3';
const all = 'cpuset cpu io memory pids';
const limits = { memoryBytes: 1e8, cpuCores: 0.5, cpuWeight: 40, pidsMax: 64, ioBytesPerS: null };

function findIn({ system }: FakeKernel): Promise<GroupHome | null> {
  return findGroupHome(name, { dataDirectory: tmpdir() }, { clock: new SimulatedClock(), system });
}

async function foundIn(kernel: FakeKernel): Promise<GroupHome> {
  const home = await findIn(kernel);
  assert(home !== null);
  return home;
}

/** v2 alone, with the node in this group of it. */
function v2(t: TestContext, own: string): { kernel: FakeKernel; mount: string } {
  const kernel = new FakeKernel(t);
  return { kernel, mount: kernel.mountV2(all, own) };
}

const namesOf = (home: GroupHome): string => [...home.controllers].sort().join(' ');

describe('a home on a host of v2 alone', () => {
  it('is in the root where the node is there', async (t) => {
    const { kernel, mount } = v2(t, '/');
    const home = await foundIn(kernel);
    assert.deepEqual(home.paths, [join(mount, name)]);
    assert.equal(namesOf(home), 'cpu memory pids');
    assert.equal(kernel.read(mount, name, 'cpu.weight'), '50');
    await home.create('1', limits);
    const file = (file: string): string => kernel.read(mount, name, '1', file);
    assert.equal(file('memory.max'), '100000000');
    assert.equal(file('memory.swap.max'), '0');
    assert.equal(file('cpu.max'), '50000 100000');
    assert.equal(file('cpu.weight'), '40');
    assert.equal(file('pids.max'), '64');
  });

  it('is beside a leaf for the node, where a service has a group to itself', async (t) => {
    const { kernel, mount } = v2(t, '/system.slice/hearth.service');
    for (const each of ['cpu', 'memory', 'pids']) {
      for (const path of [mount, join(mount, 'system.slice')]) {
        await kernel.system.write(join(path, 'cgroup.subtree_control'), `+${each}`);
      }
    }
    const own = join(mount, 'system.slice', 'hearth.service');
    await kernel.system.mkdir(join(own, 'hearth-OLDOLD.node'));
    const home = await foundIn(kernel);
    assert.deepEqual(home.paths, [join(own, name)]);
    assert.equal(namesOf(home), 'cpu memory pids');
    assert.equal(kernel.read(own, `${name}.node`, 'cgroup.procs'), `${process.pid}\n`);
    assert.equal(existsSync(join(own, 'hearth-OLDOLD.node')), false, 'of a node that crashed');
    await home.remove();
    assert.equal(kernel.read(own, 'cgroup.procs'), `${process.pid}\n`);
    assert.equal(kernel.read(own, 'cgroup.subtree_control'), '');
    assert.deepEqual(
      readdirSync(own).filter((entry) => entry.startsWith('hearth-')),
      [],
    );
  });

  it('is above a group that the node shares with others, which stay where they are', async (t) => {
    const { kernel, mount } = v2(t, '/user.slice/session-1.scope');
    const own = join(mount, 'user.slice', 'session-1.scope');
    for (const each of ['cpu', 'memory', 'pids']) {
      await kernel.system.write(join(mount, 'cgroup.subtree_control'), `+${each}`);
    }
    await kernel.move(own, 1);
    const home = await foundIn(kernel);
    assert.deepEqual(home.paths, [join(mount, name)]);
    assert.equal(namesOf(home), 'cpu memory pids');
    assert.deepEqual(kernel.read(own, 'cgroup.procs').split('\n').filter(Boolean).sort(), [
      '1',
      String(process.pid),
    ]);
  });

  it('still freezes where no controllers are to be had', async (t) => {
    const kernel = new FakeKernel(t);
    const mount = kernel.mountV2('', '/');
    const home = await foundIn(kernel);
    assert.deepEqual([home.freezes, namesOf(home)], [true, '']);
    assert.equal(home.summary, 'frozen by v2, no limit of memory, cpu, pids, io');
    const group = await home.create('1', limits);
    const freeze = join(mount, name, '1', 'cgroup.freeze');
    group.freeze();
    assert.equal(kernel.read(freeze), '1');
    group.thaw();
    assert.equal(kernel.read(freeze), '0');
    assert.deepEqual(group.procsFiles, group.quickProcsFiles);
    assert.equal(await group.remove(), true);
    assert.equal(existsSync(join(mount, name, '1')), false);
  });
});

describe('a home on a host of v1 alone', () => {
  it("is in the node's own groups, with one place for controllers that share one", async (t) => {
    const kernel = new FakeKernel(t);
    const memory = kernel.mountV1('memory', '/box');
    const cpu = kernel.mountV1('cpu,cpuacct', '/');
    const freezer = kernel.mountV1('freezer', '/');
    kernel.mountV1('net_cls', '/');
    const home = await foundIn(kernel);
    const paths = [join(freezer, name), join(memory, 'box', name), join(cpu, name)];
    assert.deepEqual(home.paths, paths);
    assert.equal(home.summary, 'cgroup v1 (memory, cpu), frozen by v1, no limit of pids, io');
    assert.equal(kernel.read(cpu, name, 'cpu.shares'), '512');
    const group = await home.create('1', limits);
    const file = (...path: string[]): string => kernel.read(...path);
    assert.equal(file(memory, 'box', name, '1', 'memory.limit_in_bytes'), '100000000');
    assert.equal(file(cpu, name, '1', 'cpu.cfs_quota_us'), '50000');
    assert.equal(file(cpu, name, '1', 'cpu.shares'), '410');
    group.freeze();
    assert.equal(file(freezer, name, '1', 'freezer.state'), 'FROZEN');
    assert.equal(group.isFrozen(), true);
    group.thaw();
    assert.equal(file(freezer, name, '1', 'freezer.state'), 'THAWED');
    assert.equal(await group.remove(), true);
    assert.equal(
      paths.some((path) => existsSync(join(path, '1'))),
      false,
    );
    await home.remove();
    assert.equal(
      paths.some((path) => existsSync(path)),
      false,
    );
  });

  it('goes without a hierarchy that is read-only', async (t) => {
    const kernel = new FakeKernel(t);
    kernel.mountV1('memory', '/');
    const pids = kernel.mountV1('pids', '/');
    const { system } = kernel;
    const readOnly = {
      ...system,
      mkdir: (path: string) =>
        path.startsWith(pids)
          ? Promise.reject(Object.assign(new Error('EROFS'), { code: 'EROFS' }))
          : system.mkdir(path),
    };
    const deps = { clock: new SimulatedClock(), system: readOnly };
    const home = await findGroupHome(name, { dataDirectory: tmpdir() }, deps);
    assert.equal(home?.summary, 'cgroup v1 (memory), freezing nothing, no limit of cpu, pids, io');
    const group = await home.create('1', noLimits);
    assert.deepEqual([group.isFrozen(), home.freezes], [false, false]);
    group.freeze();
    group.thaw();
    assert.equal(await group.remove(), true);
  });
});

describe('a home on a host with both', () => {
  it('freezes by v2 and limits by v1', async (t) => {
    const kernel = new FakeKernel(t);
    const pids = kernel.mountV1('pids', '/');
    const freezer = kernel.mountV1('freezer', '/');
    const acct = kernel.mountV1('cpuacct', '/');
    const unified = kernel.mountV2('', '/');
    const home = await foundIn(kernel);
    assert.deepEqual(home.paths, [join(unified, name), join(pids, name)]);
    for (const path of [freezer, acct]) assert.equal(existsSync(join(path, name)), false);
    const group = await home.create('1', limits);
    assert.deepEqual(group.procsFiles, [
      join(pids, name, '1', 'tasks'),
      join(unified, name, '1', 'cgroup.procs'),
    ]);
    assert.deepEqual(group.quickProcsFiles, group.procsFiles.slice(0, 1));
  });
});

describe('no home', () => {
  it('is where there are no hierarchies', async (t) => {
    assert.equal(await findIn(new FakeKernel(t)), null);
  });

  it('is where none of them can be written', async (t) => {
    const kernel = new FakeKernel(t);
    kernel.mountV1('pids', '/');
    kernel.mountV2(all, '/');
    const mkdir = (): Promise<void> => Promise.reject(new Error('EACCES'));
    const deps = { clock: new SimulatedClock(), system: { ...kernel.system, mkdir } };
    assert.equal(await findGroupHome(name, { dataDirectory: tmpdir() }, deps), null);
  });
});
