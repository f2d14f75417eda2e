import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { groupOfContainer, Lane, type SandboxGroup } from '../../../src/agent/cgroup/index.js';
import { randomHex32, systemClock } from '../../../src/lib/index.js';
import { isRunning } from '../fixture.js';
import { homeOf, layoutOf, layouts, noLimits, startIn, until } from './fixture.js';

const deadline = { timeout: 30_000 };
const deps = { clock: systemClock, lane: new Lane() };

/** What Docker does: groups named after an id, and a process in them. */
async function container(t: TestContext, nameOf: (id: string) => string, layout = layouts[0]) {
  const system = layoutOf(t, layout ?? 'all that is here');
  const home = await homeOf(t, system);
  if (home === null) return null;
  const id = randomHex32() + randomHex32();
  const made = await home.create(nameOf(id), { ...noLimits, pidsMax: 100 });
  const child = startIn(t, made.procsFiles, 'sleep 1000 & echo in; wait');
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  const group = await groupOfContainer(id, pid, { ...deps, system });
  return { id, pid, made, child, group, home, system };
}

const directoriesOf = (group: SandboxGroup): string[] => group.procsFiles.map(dirname);

describe("a container's group", () => {
  for (const layout of layouts) {
    it(`freezes, counts and is emptied, and stays Docker's: ${layout}`, deadline, async (t) => {
      const all = await container(t, (id) => id, layout);
      if (all === null) return;
      const { group, made, child, home } = all;
      assert(group !== null);
      assert.deepEqual([group.procsFiles, home.freezes], [[], true]);
      group.freeze();
      await until('frozen', () => group.isFrozen());
      assert.equal(made.isFrozen(), true);
      assert((group.usage().cpuMs ?? 0) > 0);
      const end = once(child, 'exit');
      assert.equal(await group.remove(), true);
      await end;
      assert(directoriesOf(made).every((path) => existsSync(path)));
      assert((group.usage().cpuMs ?? 0) > 0);
    });
  }

  it(
    'is found by the name that systemd gives it, above a group of its own',
    deadline,
    async (t) => {
      const all = await container(t, (id) => `docker-${id}.scope`);
      if (all === null) return;
      const { id, made, system } = all;
      const inner = directoriesOf(made).map((path) => join(path, 'init'));
      for (const path of inner) mkdirSync(path);
      const child = startIn(
        t,
        inner.map((path) => join(path, 'cgroup.procs')),
        'echo; sleep 1000',
      );
      await once(child.stdout, 'data');
      const group = await groupOfContainer(id, child.pid ?? 0, { ...deps, system });
      assert(group !== null);
      assert.equal(await group.remove(), true);
      assert.equal(isRunning(child.pid ?? 0), false);
      assert.equal(isRunning(all.pid), false, 'all of the container, not the inner group alone');
    },
  );

  it('is not found for a process that is in none of that name', deadline, async (t) => {
    const all = await container(t, (id) => id);
    if (all === null) return;
    const { system, pid } = all;
    assert.equal(await groupOfContainer(randomHex32(), pid, { ...deps, system }), null);
    assert.equal(await groupOfContainer(all.id, process.pid, { ...deps, system }), null);
    assert.equal(await groupOfContainer('', pid, { ...deps, system }), null);
    assert.equal(await groupOfContainer(all.id, 2 ** 30, { ...deps, system }), null);
  });
});
