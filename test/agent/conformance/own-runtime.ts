import { strict as assert } from 'node:assert';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import type { Sandbox, SandboxDriver } from '../../../src/agent/index.js';
import { answerOf, bundle, callOf, type ErrorAnswer, logOf, specOf } from '../fixture.js';

const deadline = { timeout: 30_000 };

/** A function that brings its own runtime: a program of its own that speaks the Runtime API. */
const bootstrap = '#!/bin/sh\nexec node "$LAMBDA_TASK_ROOT/loop.js"\n';
const loop = `
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
const post = (path, body) => fetch(api + path, { method: 'POST', body: JSON.stringify(body) });
(async () => {
  for (;;) {
    const next = await fetch(api + 'next');
    const head = (name) => next.headers.get('lambda-runtime-' + name);
    const id = head('aws-request-id');
    const event = await next.json();
    console.log('event', JSON.stringify(event));
    if (event === 'exit') process.exit(3);
    if (event === 'error') {
      await post(id + '/error', { errorType: 'Function.Broken', errorMessage: 'as asked' });
      continue;
    }
    const heads = [head('trace-id'), head('invoked-function-arn')];
    const cwd = process.cwd() === process.env.LAMBDA_TASK_ROOT;
    await post(id + '/response', { event, heads, handler: process.env._HANDLER, cwd });
  }
})();`;

async function ownSandbox(t: TestContext, driver: SandboxDriver): Promise<Sandbox> {
  const root = bundle(t, { bootstrap, 'loop.js': loop });
  chmodSync(join(root, 'bootstrap'), 0o755);
  const spec = specOf(root, { runtime: 'provided.al2023', handler: 'whatever it likes' });
  const sandbox = await driver.create(spec);
  t.after(() => sandbox.end());
  return sandbox;
}

export function ownRuntimeConformance(driver: SandboxDriver): void {
  it('runs a function that brings its own runtime, again and again', deadline, async (t) => {
    const sandbox = await ownSandbox(t, driver);
    const call = callOf({ a: 1 });
    const result = await sandbox.invoke(call);
    assert.deepEqual(answerOf(result), {
      event: { a: 1 },
      heads: [call.traceId, call.functionArn],
      handler: 'whatever it likes',
      cwd: true,
    });
    assert.match(logOf(result), /event \{"a":1\}/);
    const error = await sandbox.invoke(callOf('error'));
    assert.equal(error.functionError, true);
    assert.equal((answerOf(error) as ErrorAnswer).errorMessage, 'as asked');
    assert.equal((answerOf(await sandbox.invoke(callOf(2))) as { event: number }).event, 2);
  });

  it('tells of the exit of a runtime that a function brought', deadline, async (t) => {
    const sandbox = await ownSandbox(t, driver);
    const { errorType, errorMessage } = answerOf(
      await sandbox.invoke(callOf('exit')),
    ) as ErrorAnswer;
    assert.equal(errorType, 'Runtime.ExitError');
    assert.match(errorMessage, /exit status 3/);
    assert.equal(sandbox.alive, false);
  });
}
