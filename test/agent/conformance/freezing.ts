import { strict as assert } from 'node:assert';
import { it, type TestContext } from 'node:test';
import type { FramedSandbox } from '../../../src/agent/framed-sandbox.js';
import type { Sandbox, SandboxDriver } from '../../../src/agent/index.js';
import { answerOf, callOf, frozen, nodeSandbox, pythonSandbox } from '../fixture.js';

const deadline = { timeout: 30_000 };

/** Works on its own when nobody calls it, and tells how far it has come. */
const restless = `
let count = 0;
setInterval(() => { const until = Date.now() + 2; while (Date.now() < until) count++; }, 3);
exports.handler = async () => count;`;
const counting = 'let calls = 0; exports.handler = async () => ++calls;';

const cpuMsOf = (sandbox: Sandbox): number => sandbox.usage(true).cpuMs ?? Number.NaN;

/** Freezes at once, where the driver would after a linger. */
function freeze(sandbox: Sandbox): void {
  (sandbox as FramedSandbox).freezeIfIdleSince(Number.POSITIVE_INFINITY);
}

export function freezingConformance(driver: SandboxDriver): void {
  const skip = process.platform === 'linux' ? false : 'no cgroups but on Linux';
  it('uses no CPU time at all while frozen, and goes on where it was', {
    ...deadline,
    skip,
  }, async (t: TestContext) => {
    for (const sandbox of [await nodeSandbox(t, driver, restless)]) {
      const before = answerOf(await sandbox.invoke(callOf(0))) as number;
      freeze(sandbox);
      await frozen(sandbox);
      const cpuMs = cpuMsOf(sandbox);
      const start = process.cpuUsage();
      while (process.cpuUsage(start).user < 200_000) await new Promise(setImmediate);
      assert.equal(cpuMsOf(sandbox), cpuMs);
      const after = answerOf(await sandbox.invoke(callOf(0))) as number;
      assert(after >= before);
      assert(cpuMsOf(sandbox) > cpuMs);
    }
  });

  it('never loses a call to a freeze, whenever that comes', { ...deadline, skip }, async (t) => {
    const sandbox = await nodeSandbox(t, driver, counting);
    for (let round = 1; round <= 300; round++) {
      const answer = sandbox.invoke(callOf(0));
      // while it runs, and just when it has answered
      for (let turns = round % 4; turns > 0; turns--) {
        freeze(sandbox);
        await new Promise(setImmediate);
      }
      assert.equal(answerOf(await answer), round);
      freeze(sandbox);
      if (round % 3 === 0) await new Promise(setImmediate);
    }
  });

  it('ends while frozen, and while it has been thawed just now', {
    ...deadline,
    skip,
  }, async (t) => {
    for (const sandbox of [
      await nodeSandbox(t, driver, counting),
      await pythonSandbox(t, driver, 'def handler(event, context):\n    return 1\n'),
    ]) {
      freeze(sandbox);
      await sandbox.end();
      assert.equal(sandbox.alive, false);
    }
    const sandbox = await nodeSandbox(t, driver, counting);
    freeze(sandbox);
    const answer = sandbox.invoke(callOf(0));
    await sandbox.end();
    await answer;
  });

  it('counts the memory and CPU time that a function takes', { ...deadline, skip }, async (t) => {
    const code = `
exports.handler = async (megabytes) => {
  const block = Buffer.alloc(megabytes * 1024 * 1024, 1);
  const start = process.cpuUsage();
  while (process.cpuUsage(start).user < 50_000) {}
  return block.length;
};`;
    const sandbox = await nodeSandbox(t, driver, code, { memoryMb: 256 });
    const before = sandbox.usage(true);
    await sandbox.invoke(callOf(60));
    const after = sandbox.usage(true);
    assert((after.cpuMs ?? 0) - (before.cpuMs ?? 0) >= 45);
    assert((after.memoryPeakBytes ?? 0) >= 60 * 1024 * 1024);
    assert((after.memoryPeakBytes ?? 0) <= 256 * 1024 * 1024);
    assert.equal(after.memoryKills, 0);
  });
}
