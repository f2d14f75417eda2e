/** Several invocations at once in one sandbox, with a real process and its log. */
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { it } from 'node:test';
import { type LogSink, ProcessDriver } from '../../src/agent/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { answerOf, callOf, logOf, nodeSandbox, temporaryDirectory } from './fixture.js';

const count = 10;

it('ten calls that wait for each other are answered in reverse, each with what it printed', {
  timeout: 30_000,
}, async (t) => {
  const printed = new Map<string, string>();
  const logs: LogSink = {
    output: (_, requestId, chunk) => {
      printed.set(requestId, `${printed.get(requestId) ?? ''}${Buffer.from(chunk)}`);
    },
    report: () => undefined,
  };
  const manifestPath = join(temporaryDirectory(t), 'sandboxes.json');
  const deps = { clock: systemClock, logger: silentLogger, logs };
  const driver = new ProcessDriver(deps, { manifestPath });
  await driver.start();
  t.after(() => driver.stop());
  // each is released by the one after it, and the last when all are there
  const sandbox = await nodeSandbox(
    t,
    driver,
    `const release = [];
    exports.handler = async (n) => {
      console.log('came ' + n);
      await new Promise((resolve) => {
        release[n] = resolve;
        if (release.filter(Boolean).length === ${count}) release[${count - 1}]();
      });
      console.log('went ' + n);
      setImmediate(() => release[n - 1]?.());
      return { n, max: process.env.AWS_LAMBDA_MAX_CONCURRENCY };
    };`,
    { concurrency: count },
  );
  const order: number[] = [];
  const calls = Array.from({ length: count }, (_, n) => callOf(n));
  await Promise.all(
    calls.map(async (call, n) => {
      const result = await sandbox.invoke(call);
      order.push(n);
      assert.deepEqual(answerOf(result), { n, max: String(count) });
      for (const text of [logOf(result), printed.get(call.requestId) ?? '']) {
        assert.deepEqual(text.match(/(came|went) \d+/g), [`came ${n}`, `went ${n}`]);
        assert.equal(text.split(`\t${call.requestId}\t`).length, 3);
      }
    }),
  );
  assert.deepEqual(
    order,
    Array.from({ length: count }, (_, n) => count - 1 - n),
  );
  assert.equal(sandbox.alive, true);
});
