import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { noLogs, ProcessDriver, SandboxInitError } from '../../src/agent/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { HearthError } from '../../src/types/index.js';
import { bundle, type ErrorAnswer, specOf, temporaryDirectory } from './fixture.js';

const deadline = { timeout: 30_000 };
const initTimeoutMs = 700;
const prelude = `
const frame = (type, text) => {
  const head = Buffer.alloc(9);
  head.writeUInt32BE(text.length, 0); head.writeUInt8(type, 4);
  return Buffer.concat([head, Buffer.from(text)]);
};
const token = process.env.HEARTH_TOKEN;
const socket = require('node:net').connect(process.env.HEARTH_SOCKET);
const hello = (t = token, protocol = 2) => frame(1, JSON.stringify({ protocol, token: t }));
`;

/** Boots a sandbox whose runtime is the given program, and gives what that is refused with. */
async function refusalOf(t: TestContext, program: string, command: string): Promise<unknown> {
  const data = temporaryDirectory(t);
  const path = join(data, 'runtime.cjs');
  writeFileSync(path, prelude + program);
  const driver = new ProcessDriver(
    {
      clock: systemClock,
      logger: silentLogger,
      logs: noLogs,
      runtimeCommand: () => Promise.resolve({ command, args: [path] }),
    },
    { manifestPath: join(data, 'm.json'), initTimeoutMs },
  );
  await driver.start();
  try {
    const spec = specOf(
      bundle(t, { 'index.js': 'exports.handler = () => new Promise(() => {});' }),
    );
    return await driver.create(spec).then(
      () => assert.fail('it must not boot'),
      (thrown: unknown) => thrown,
    );
  } finally {
    await driver.stop();
  }
}

/** The error object of its failure. */
async function failureOf(t: TestContext, program: string, command = process.execPath) {
  const error = await refusalOf(t, program, command);
  assert(error instanceof SandboxInitError, String(error));
  const log = Buffer.from(error.log).toString();
  const why = error.message;
  return { ...(JSON.parse(Buffer.from(error.payload).toString()) as ErrorAnswer), log, why };
}

describe('a runtime that misbehaves while it boots', () => {
  it(
    'is ended when it says nothing, and the node is at fault, for no function was given to it',
    deadline,
    async (t) => {
      const error = await refusalOf(t, '', process.execPath);
      assert(error instanceof HearthError && error.code === 'sandbox-unavailable');
      assert.match(
        error.message,
        /did not start in time: its process has connected, but not said hello/,
      );
    },
  );

  it('is ended when it is never ready', deadline, async (t) => {
    const error = await failureOf(t, 'socket.write(hello());');
    assert.equal(error.errorType, 'Sandbox.Timedout');
    assert.match(error.why, /did not start in time: its handler is still being loaded$/);
    assert.equal(error.errorMessage, 'Error: Init timed out after 0.70 seconds');
  });

  it('is ended when its token is wrong', deadline, async (t) => {
    const error = await failureOf(t, 'socket.write(hello("wrong"));');
    assert.match(error.errorMessage, /broke its protocol: a hello with a wrong token/);
  });

  it('is ended when it speaks another protocol', deadline, async (t) => {
    const error = await failureOf(t, 'socket.write(hello(token, 1));');
    assert.equal(error.errorType, 'Sandbox.Failure');
  });

  it('is ended when it is ready before it has said who it is', deadline, async (t) => {
    const error = await failureOf(t, 'socket.write(frame(3, ""));');
    assert.match(error.errorMessage, /a ready out of turn/);
  });

  it('is ended when it hangs up, and its last words are kept', deadline, async (t) => {
    const error = await failureOf(t, 'require("fs").writeSync(2, "last words"); process.exit(9);');
    assert.equal(error.errorType, 'Runtime.ExitError');
    assert.match(error.errorMessage, /exit status 9/);
    assert.equal(error.log, 'last words');
  });

  it('is reported when its interpreter cannot be started', deadline, async (t) => {
    const error = await failureOf(t, '', '/no/such/interpreter');
    assert.match(error.errorType, /Runtime.ExitError|Sandbox.Failure/);
  });
});
