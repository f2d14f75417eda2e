import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type GroupSystem, Lane, removeCgroupTree } from '../../../src/agent/cgroup/index.js';
import { systemClock } from '../../../src/lib/index.js';
import { isRunning } from '../fixture.js';
import {
  homeOf,
  type Layout,
  layoutOf,
  layouts,
  noLimits,
  pidsIn,
  runningIn,
  startIn,
  systemOf,
  until,
} from './fixture.js';

const deadline = { timeout: 30_000 };
const openFiles = (): number => readdirSync('/proc/self/fd').length;
/** Each forks two for as long as it may, and none ever ends by itself. */
/** Grows as fast as it can, to 255 processes: where no limit holds it, it must not hit the host. */
const bomb = 'f() { [ $1 = 0 ] || { f $(($1 - 1)) & f $(($1 - 1)) & }; sleep 1000; }; f 7';

function systemFor(t: TestContext, layout: Layout | 'no freezer'): GroupSystem {
  if (layout !== 'no freezer') return layoutOf(t, layout);
  return systemOf(t, (line) => !/ - cgroup2 |,freezer/.test(line));
}

for (const layout of [...layouts, 'no freezer'] as const) {
  describe(`removing a group, ${layout}`, () => {
    it('ends all that it forked, and leaves no file and no descriptor', deadline, async (t) => {
      const home = await homeOf(t, systemFor(t, layout));
      if (home === null) return;
      if (layout === 'no freezer') assert.equal(home.freezes, false);
      // the first watch of a process opens descriptors that stay
      watch(tmpdir()).close();
      let before = Number.POSITIVE_INFINITY;
      for (const name of ['1', '2', '3']) {
        const group = await home.create(name, { ...noLimits, pidsMax: 200 });
        const script = 'setsid sh -c "echo $$; sleep 1000 & sleep 1000" & wait';
        const child = startIn(t, group.procsFiles, script);
        await once(child.stdout, 'data');
        const [first = ''] = group.procsFiles;
        const pids = pidsIn(dirname(first));
        assert(pids.length >= 2, String(pids));
        const end = once(child, 'close');
        assert.equal(await group.remove(), true);
        await end;
        assert(pids.every((pid) => !isRunning(pid)));
        for (const file of group.procsFiles) assert.equal(existsSync(dirname(file)), false);
        assert(openFiles() <= before);
        before = openFiles();
      }
      await home.remove();
      for (const path of home.paths) assert.equal(existsSync(path), false);
    });

    it('above it takes it along, frozen or not', deadline, async (t) => {
      const home = await homeOf(t, systemFor(t, layout));
      if (home === null) return;
      const groups = [await home.create('1', noLimits), await home.create('2', noLimits)];
      const children = [];
      for (const group of groups) children.push(await runningIn(t, group, 'exec sleep 1000'));
      groups[0]?.freeze();
      if (home.freezes) await until('frozen', () => groups[0]?.isFrozen() === true);
      await home.remove();
      for (const path of home.paths) assert.equal(existsSync(path), false);
      for (const child of children) assert.equal(isRunning(child.pid ?? 0), false);
      for (const group of groups) assert.equal(await group.remove(), true);
    });

    it('that a crash left clears it away, one hierarchy after the other', deadline, async (t) => {
      const home = await homeOf(t, systemFor(t, layout));
      if (home === null) return;
      const groups = [await home.create('1', noLimits), await home.create('2', noLimits)];
      const children = [];
      for (const group of groups) children.push(await runningIn(t, group, 'exec sleep 1000'));
      groups[0]?.freeze();
      if (home.freezes) await until('frozen', () => groups[0]?.isFrozen() === true);
      const startMs = systemClock.nowMs();
      for (const path of home.paths) {
        assert.match(basename(path), /^hearth-/);
        assert.equal(await removeCgroupTree(path, systemClock, new Lane()), true);
      }
      assert(systemClock.nowMs() - startMs < 4000, 'nothing was waited out');
      for (const path of home.paths) assert.equal(existsSync(path), false);
      for (const child of children) assert.equal(isRunning(child.pid ?? 0), false);
      for (const group of groups) assert.equal(await group.remove(), true);
    });

    it('ends a fork bomb', deadline, async (t) => {
      const home = await homeOf(t, systemFor(t, layout));
      if (home === null) return;
      const group = await home.create('1', noLimits);
      await runningIn(t, group, bomb);
      const [first = ''] = group.procsFiles;
      await until('it has grown', () => pidsIn(dirname(first)).length > 40);
      assert.equal(await group.remove(), true);
      assert.equal(existsSync(dirname(first)), false);
    });
  });
}

describe('removing a group', () => {
  it('takes groups with it that were made inside, frozen ones too', deadline, async (t) => {
    const home = await homeOf(t);
    if (home === null) return;
    const group = await home.create('1', noLimits);
    const directories = group.procsFiles.map(dirname);
    for (const directory of directories) mkdirSync(join(directory, 'inner'));
    const inner = directories.map((path) => join(path, 'inner', 'cgroup.procs'));
    const child = startIn(t, inner, 'echo in; exec sleep 1000');
    await once(child.stdout, 'data');
    group.freeze();
    assert.equal(await group.remove(), true);
    assert(directories.every((path) => !existsSync(path)));
    assert.equal(isRunning(child.pid ?? 0), false);
  });

  it('leaves the group beside it alone', deadline, async (t) => {
    const home = await homeOf(t);
    if (home === null) return;
    const [one, two] = [await home.create('1', noLimits), await home.create('2', noLimits)];
    await runningIn(t, one, 'exec sleep 1000');
    const child = await runningIn(t, two, 'exec sleep 1000');
    assert.equal(await one.remove(), true);
    assert.equal(isRunning(child.pid ?? 0), true);
    await assert.rejects(home.create('2', noLimits), /could not be made/);
  });

  it(
    'of a process that joined the quick hierarchies alone ends it as well',
    deadline,
    async (t) => {
      const home = await homeOf(t);
      if (home === null) return;
      const group = await home.create('1', noLimits);
      const child = startIn(t, group.quickProcsFiles, 'echo in; exec sleep 1000');
      await once(child.stdout, 'data');
      assert.equal(await group.remove(), true);
      assert.equal(isRunning(child.pid ?? 0), false);
    },
  );
});

describe('completing a group', () => {
  it('waits for nobody: who joins the rest afterwards is in all of it', deadline, async (t) => {
    const home = await homeOf(t);
    if (home === null) return;
    const group = await home.create('1', noLimits);
    const script = 'read x; for f in "$@"; do echo 0 >"$f"; done; sleep 1000 & echo in; wait';
    const child = startIn(t, [], script, group.quickProcsFiles);
    await group.complete(child.pid ?? 0);
    child.stdin?.end('go\n');
    await once(child.stdout, 'data');
    const everywhere = group.procsFiles.map((file) => pidsIn(dirname(file)).sort());
    for (const pids of everywhere) assert.deepEqual(pids, everywhere[0]);
    assert.equal(everywhere[0]?.length, 2);
  });

  it('moves whoever is in it into the slow hierarchies too', deadline, async (t) => {
    const home = await homeOf(t);
    if (home === null) return;
    const group = await home.create('1', noLimits);
    const child = startIn(t, group.quickProcsFiles, 'sleep 1000 & sleep 1000 & echo in; wait');
    await once(child.stdout, 'data');
    await group.complete(child.pid ?? 0);
    const everywhere = group.procsFiles.map((file) => pidsIn(dirname(file)).sort());
    for (const pids of everywhere) assert.deepEqual(pids, everywhere[0]);
    assert.equal(everywhere[0]?.length, 3);
    await group.remove();
    await group.complete(child.pid ?? 0);
  });
});
