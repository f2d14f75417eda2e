import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import type { SandboxGroup } from '../../../src/agent/cgroup/index.js';
import { seededRandom } from '../../../src/lib/index.js';
import { homeOf, layoutOf, layouts, noLimits, runningIn, until } from './fixture.js';

const deadline = { timeout: 30_000 };
/** Never rests, and tells so now and then. */
const busy = 'while :; do i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo; done';

/** Fails where the group has CPU time while somebody else works for a tenth of a second or so. */
function assertAtRest(group: SandboxGroup): void {
  // a process says that it is frozen some microseconds before it rests
  for (const after of ['the first time', 'the second time']) {
    const before = group.usage().cpuMs;
    spawnSync('/bin/sh', ['-c', 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done']);
    assert(before !== null);
    if (after === 'the second time') assert.equal(group.usage().cpuMs, before);
  }
}

for (const layout of layouts) {
  /** A group that can be frozen, with a process that is never idle. */
  const busyGroup = async (t: TestContext) => {
    const home = await homeOf(t, layoutOf(t, layout));
    if (home === null) return null;
    if (!home.freezes) {
      t.skip(`no freezer: ${home.summary}`);
      return null;
    }
    const group: SandboxGroup = await home.create('1', noLimits);
    const child = await runningIn(t, group, busy);
    await until('it has worked', () => (group.usage().cpuMs ?? 0) > 0);
    return { group, child };
  };

  describe(`a frozen group, ${layout}`, () => {
    it('uses no CPU time at all, and goes on where it was', deadline, async (t) => {
      const running = await busyGroup(t);
      if (running === null) return;
      const { group, child } = running;
      assert.equal(group.isFrozen(), false);
      group.freeze();
      await until('frozen', () => group.isFrozen());
      assertAtRest(group);
      const before = group.usage().cpuMs ?? 0;
      child.stdout.removeAllListeners('data').resume();
      group.thaw();
      await until('thawed', () => !group.isFrozen());
      await once(child.stdout, 'data');
      assert((group.usage().cpuMs ?? 0) > before);
    });

    it('is what the last word said, however many there were', deadline, async (t) => {
      const running = await busyGroup(t);
      if (running === null) return;
      const { group, child } = running;
      const random = seededRandom(7);
      for (const last of [true, false, true]) {
        for (let i = 0; i < 1000; i++) {
          if (random.next() < 0.5) group.freeze();
          else group.thaw();
        }
        if (last) group.freeze();
        else group.thaw();
        await until(`frozen ${last}`, () => group.isFrozen() === last);
        if (last) assertAtRest(group);
        else await once(child.stdout, 'data');
      }
    });

    it('is removed whole, and takes no harm from words that come late', deadline, async (t) => {
      const running = await busyGroup(t);
      if (running === null) return;
      const { group, child } = running;
      const end = once(child, 'exit');
      group.freeze();
      await until('frozen', () => group.isFrozen());
      const before = group.usage().cpuMs ?? 0;
      assert.equal(await group.remove(), true);
      assert.deepEqual(await end, [null, 'SIGKILL']);
      group.freeze();
      group.thaw();
      assert.equal(group.isFrozen(), false);
      assert((group.usage().cpuMs ?? 0) >= before, 'what it used is still known');
      assert.equal(await group.remove(), true);
    });
  });
}
