import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { it } from 'node:test';
import type { SandboxDriver } from '../../../src/agent/index.js';
import {
  answerOf,
  bundle,
  callOf,
  directoryOf,
  ended,
  nodeSandbox,
  processesOf,
  pythonSandbox,
  specOf,
} from '../fixture.js';

const deadline = { timeout: 30_000 };
const busyNode = 'exports.handler = async (e) => { if (e) for (;;) {} };';
const busyPython = `
def handler(e, c):
    while e:
        pass
`;
/** Starts a daemon that has left process group and parent. */
const forkingNode = `
const { spawn } = require('node:child_process');
const daemon = "process.send('up'); setInterval(() => {}, 1000)";
const parent = \`
const { spawn } = require('node:child_process');
const stdio = ['ignore', 'ignore', 'ignore', 'ipc'];
const child = spawn(process.execPath, ['-e', process.argv[1]], { detached: true, stdio });
child.on('message', () => process.exit(0));\`;
exports.handler = () => new Promise((resolve) => {
  spawn(process.execPath, ['-e', parent, daemon], { stdio: 'ignore' }).on('exit', resolve);
});`;
const forkingPython = `
import os, time
def handler(event, context):
    readable, writable = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(writable, b"up")
            time.sleep(1000)
        os._exit(0)
    os.wait()
    os.read(readable, 2)
`;

export function endingConformance(driver: SandboxDriver): void {
  it('ends a function at its deadline, even one that never yields', deadline, async (t) => {
    for (const sandbox of [
      await nodeSandbox(t, driver, busyNode),
      await pythonSandbox(t, driver, busyPython),
    ]) {
      await sandbox.invoke(callOf(0));
      assert.notDeepEqual(processesOf(sandbox), []);
      const gone = ended(sandbox);
      const call = callOf(1, { timeoutS: 1, deadlineWallMs: Date.now() + 300 });
      const result = await sandbox.invoke(call);
      assert.equal(result.functionError, true);
      assert.deepEqual(answerOf(result), {
        errorType: 'Sandbox.Timedout',
        errorMessage: `RequestId: ${call.requestId} Error: Task timed out after 1.00 seconds`,
      });
      assert(result.durationMs >= 290 && result.durationMs < 5000, String(result.durationMs));
      await gone;
      await sandbox.end();
      assert.deepEqual(processesOf(sandbox), []);
    }
  });

  it('tells how the process exited', deadline, async (t) => {
    const node =
      'exports.handler = (e) => { process[e[0]](e[0] === "kill" ? process.pid : e[1], e[2]); return new Promise(() => {}); };';
    const python = `
import os, sys
def handler(e, c):
    if e[0] == "exit":
        sys.exit(e[1])
    os.kill(os.getpid(), 9 if e[2] == "SIGKILL" else 6)
`;
    const cases: readonly (readonly [unknown[], string])[] = [
      [['exit', 0], 'Runtime exited without providing a reason'],
      [['exit', 7], 'Runtime exited with error: exit status 7'],
      [['kill', 0, 'SIGKILL'], 'Runtime exited with error: signal: killed'],
      [['kill', 0, 'SIGABRT'], 'Runtime exited with error: signal: aborted'],
    ];
    for (const [event, text] of cases) {
      for (const make of [nodeSandbox, pythonSandbox]) {
        const sandbox = await make(t, driver, make === nodeSandbox ? node : python);
        const call = callOf(event);
        const result = await sandbox.invoke(call);
        assert.deepEqual(answerOf(result), {
          errorType: 'Runtime.ExitError',
          errorMessage: `RequestId: ${call.requestId} Error: ${text}`,
        });
        assert.equal(sandbox.alive, false);
        assert.throws(() => sandbox.invoke(callOf({})), /takes no call/);
      }
    }
  });

  it('kills what a function has forked away, when it ends', deadline, async (t) => {
    for (const sandbox of [
      await nodeSandbox(t, driver, forkingNode),
      await pythonSandbox(t, driver, forkingPython),
    ]) {
      const before = processesOf(sandbox).length;
      const { functionError } = await sandbox.invoke(callOf({}));
      assert.equal(functionError, false);
      assert.equal(processesOf(sandbox).length, before + 1);
      await sandbox.end();
      assert.deepEqual(processesOf(sandbox), []);
    }
  });

  it('kills what a function has forked away, when its process exits', deadline, async (t) => {
    const sandbox = await pythonSandbox(
      t,
      driver,
      `${forkingPython}
fork = handler
def handler(event, context):
    if event == "exit":
        os._exit(1)
    return fork(event, context)
`,
    );
    await sandbox.invoke(callOf({}));
    await sandbox.invoke(callOf('exit'));
    await sandbox.end();
    assert.deepEqual(processesOf(sandbox), []);
  });

  it('ends while it runs, answers who waits, and leaves no file', deadline, async (t) => {
    const sandbox = await nodeSandbox(t, driver, 'exports.handler = () => new Promise(() => {});');
    const directory = directoryOf(sandbox);
    assert.equal(existsSync(directory), true);
    const running = sandbox.invoke(callOf(1));
    let told = 0;
    sandbox.onEnded(() => told++);
    await sandbox.end();
    await sandbox.end();
    assert.equal((await running).functionError, true);
    assert.deepEqual([told, sandbox.alive, existsSync(directory)], [1, false, false]);
  });

  it('stops being alive when its process exits between invocations', deadline, async (t) => {
    const sandbox = await nodeSandbox(
      t,
      driver,
      'exports.handler = async () => { setTimeout(() => process.exit(1), 5); };',
    );
    await sandbox.invoke(callOf({}));
    await ended(sandbox);
    assert.equal(sandbox.alive, false);
  });

  it('refuses a runtime that it does not have', deadline, async (t) => {
    const spec = specOf(bundle(t, {}), { runtime: 'cobol85' });
    await assert.rejects(driver.create(spec), { code: 'invalid-parameter' });
  });
}
