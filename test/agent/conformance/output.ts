import { strict as assert } from 'node:assert';
import { it } from 'node:test';
import type { SandboxDriver } from '../../../src/agent/index.js';
import {
  answerOf,
  callOf,
  type ErrorAnswer,
  logOf,
  nodeSandbox,
  pythonSandbox,
} from '../fixture.js';

const deadline = { timeout: 30_000 };
const answerBytesMax = 6_291_556;

export function outputConformance(driver: SandboxDriver): void {
  it('captures what a Node.js function prints, in order', deadline, async (t) => {
    const sandbox = await nodeSandbox(
      t,
      driver,
      `exports.handler = async () => {
        console.log('one %d', 1, { a: 1 });
        process.stdout.write('raw\\n');
        console.error('two');
        process.stderr.write(Buffer.from('bytes\\n'));
      };`,
    );
    const call = callOf({});
    const lines = logOf(await sandbox.invoke(call)).split('\n');
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    assert.match(
      lines[0] ?? '',
      new RegExp(`^${time}\t${call.requestId}\tINFO\tone 1 \\{ a: 1 \\}$`),
    );
    assert.equal(lines[1], 'raw');
    assert.match(lines[2] ?? '', /\tERROR\ttwo$/);
    assert.equal(lines[3], 'bytes');
    assert.doesNotMatch(logOf(await sandbox.invoke(callOf({}))), new RegExp(call.requestId));
  });

  it('captures what a Python function prints and logs, in order', deadline, async (t) => {
    const sandbox = await pythonSandbox(
      t,
      driver,
      `
import logging, sys
logging.basicConfig()
logging.getLogger().setLevel(logging.INFO)
def handler(event, context):
    print("one", 1)
    logging.info("two")
    sys.stderr.write("three\\n")
    print("no newline", end="")
`,
    );
    const call = callOf({});
    const lines = logOf(await sandbox.invoke(call)).split('\n');
    assert.equal(lines[0], 'one 1');
    assert.match(lines[1] ?? '', new RegExp(`^\\[INFO\\]\t.*Z\t${call.requestId}\ttwo$`));
    assert.deepEqual(lines.slice(2), ['three', 'no newline']);
  });

  it('keeps the last 4 KB of megabytes of output without growing', deadline, async (t) => {
    const node = await nodeSandbox(
      t,
      driver,
      `exports.handler = async () => {
        for (let n = 0; n < 300; n++) {
          process.stdout.write('x'.repeat(65536));
          if (n % 10 === 0) await new Promise(setImmediate);
        }
        while (process._getActiveHandles().some((handle) => handle.writableLength > 0)) {
          await new Promise(setImmediate);
        }
        console.log('the end');
        return 'fine';
      };`,
    );
    const python = await pythonSandbox(
      t,
      driver,
      `
def handler(event, context):
    print("x" * 20_000_000)
    print("the end")
    return "fine"
`,
    );
    for (const sandbox of [node, python]) {
      const before = process.memoryUsage().arrayBuffers;
      const result = await sandbox.invoke(callOf({}));
      assert.equal(answerOf(result), 'fine');
      assert.equal(result.log.length, 4096);
      assert.match(logOf(result), /the end\n$/);
      assert(process.memoryUsage().arrayBuffers - before < 100e6);
    }
  });

  it(
    'drops and counts what a Node.js function prints faster than it can go',
    deadline,
    async (t) => {
      const sandbox = await nodeSandbox(
        t,
        driver,
        `exports.handler = async (size) => {
        for (let n = 0; n < 10; n++) process.stdout.write('x'.repeat(size));
        while (process._getActiveHandles().some((handle) => handle.writableLength > 0)) {
          await new Promise(setImmediate);
        }
        console.log('after');
      };`,
      );
      const result = await sandbox.invoke(callOf(2_000_000));
      assert.match(logOf(result), /\[hearth\] 20000000 bytes of output were dropped\n.*after\n$/);
    },
  );

  it('captures what native code and child processes print', deadline, async (t) => {
    const sandbox = await nodeSandbox(
      t,
      driver,
      `exports.handler = async () => {
        const { spawnSync } = require('node:child_process');
        spawnSync('sh', ['-c', 'echo from a child'], { stdio: 'inherit' });
        return require('node:fs').writeSync(2, 'native\\n');
      };`,
    );
    const logs = [];
    // Its own pipe: it may arrive after the answer, and then belongs to the next invocation.
    for (let round = 0; round < 3; round++) logs.push(logOf(await sandbox.invoke(callOf({}))));
    assert.match(logs.join(''), /from a child\n/);
    assert.match(logs.join(''), /native\n/);
  });

  it(
    'takes events and answers of six megabytes, and refuses longer answers',
    deadline,
    async (t) => {
      const node = await nodeSandbox(
        t,
        driver,
        'exports.handler = async (event) => event.n ? "x".repeat(event.n) : event.text;',
      );
      const python = await pythonSandbox(
        t,
        driver,
        'def handler(event, c):\n    return "x" * event["n"] if "n" in event else event["text"]\n',
      );
      for (const sandbox of [node, python]) {
        const text = 'y'.repeat(6 * 1024 * 1024 - 100);
        assert.equal(answerOf(await sandbox.invoke(callOf({ text }))), text);
        const longest = await sandbox.invoke(callOf({ n: answerBytesMax - 2 }));
        assert.equal(longest.payload.length, answerBytesMax);
        assert.equal(longest.functionError, false);
        for (const n of [answerBytesMax - 1, 2 * answerBytesMax]) {
          const refused = await sandbox.invoke(callOf({ n }));
          assert.equal(refused.functionError, true);
          assert.deepEqual(answerOf(refused) as ErrorAnswer, {
            errorType: 'Function.ResponseSizeTooLarge',
            errorMessage: `Response payload size exceeded maximum allowed payload size (${answerBytesMax} bytes).`,
          });
        }
        assert.equal(sandbox.alive, true);
      }
    },
  );
}
