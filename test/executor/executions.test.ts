/** What the executor hands over of each invocation, and the record that is made of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SandboxInitError } from '../../src/agent/index.js';
import { executionOf } from '../../src/executor/executions/ended.js';
import { coldSandbox, invocation, record, settle, setUp, source } from './fixture.js';

test('a cold start is told in its parts, and a warm one has none', async () => {
  const { driver, clock, executor, ended } = setUp();
  const first = executor.invoke(record, { ...invocation('r1'), caller: 'AKIA1', hops: 1 });
  await settle();
  clock.advance(20);
  const sandbox = await coldSandbox(driver);
  sandbox.answer('1');
  await first;
  const second = executor.invoke(record, invocation('r2'));
  sandbox.answer('2');
  await second;
  const arrivedMs = Date.UTC(2026, 0, 1);
  const common = {
    functionName: 'f',
    version: '$LATEST',
    result: 'ok',
    errorType: '',
    durationMs: 1.5,
    memoryMb: 128,
    memoryPeakBytes: 30_000_000,
    logStream: 'stream',
    queueMs: 0,
  };
  assert.deepEqual(ended.map(executionOf), [
    {
      ...common,
      requestId: 'r1',
      start: 'cold',
      arrivedMs,
      startMs: 15,
      initMs: 5,
      cpuMs: 2,
      hops: 1,
      caller: 'AKIA1',
    },
    {
      ...common,
      requestId: 'r2',
      start: 'warm',
      arrivedMs: arrivedMs + 20,
      startMs: 0,
      initMs: 0,
      cpuMs: 0,
      hops: 0,
      caller: '',
    },
  ]);
});

test('a stolen sandbox was waited for in the queue, and a copy of a snapshot is restored', async () => {
  const { driver, clock, executor, ended } = setUp({ startsMax: 1, sandboxesMax: 1 });
  const first = executor.invoke(record, invocation('r1'));
  await settle();
  const start = driver.starts.at(-1);
  clock.advance(10);
  const sandbox = start?.ready();
  assert.ok(sandbox !== undefined);
  sandbox.isCopy = true;
  await settle();
  const second = executor.invoke(record, invocation('r2'));
  clock.advance(30);
  sandbox.answer('1');
  await first;
  await settle();
  sandbox.answer('2');
  await second;
  const [restored, stolen] = ended.map(executionOf);
  assert.equal(restored?.start, 'restored');
  assert.deepEqual(
    [stolen?.start, stolen?.queueMs, stolen?.startMs, stolen?.initMs],
    ['stolen', 30, 0, 0],
  );
});

test('what runs now is told with how long it has', async () => {
  const { driver, clock, executor } = setUp();
  const running = executor.invoke(record, invocation('r1'));
  const sandbox = await coldSandbox(driver);
  clock.advance(70);
  const [one, ...others] = executor.underWay('f');
  assert.deepEqual(one, {
    requestId: 'r1',
    functionName: 'f',
    version: '$LATEST',
    startedMs: Date.UTC(2026, 0, 1),
    runningMs: 70,
    logStream: 'stream',
  });
  assert.deepEqual(others, []);
  assert.deepEqual(executor.underWay('g'), []);
  sandbox.answer('1');
  await running;
  assert.deepEqual(executor.underWay(null), []);
});

test('what goes wrong is told by its kind', async () => {
  const { driver, clock, executor, ended } = setUp();
  const failing = executor.invoke(record, invocation('r1'));
  const sandbox = await coldSandbox(driver);
  sandbox.answer('{"errorType":"RangeError","errorMessage":"secret"}', true);
  await failing;
  const exiting = executor.invoke(record, invocation('r2'));
  sandbox.die();
  await exiting;
  const refused = executor.invoke(record, invocation('r3'));
  await settle();
  const error = new SandboxInitError('no', Buffer.from('{}'), Buffer.from(''), source, 'E');
  driver.starts.at(-1)?.fail(error);
  await refused;
  const gone = new AbortController();
  const left = executor.invoke(record, invocation('r4', gone.signal));
  const late = executor.invoke(record, invocation('r5'));
  gone.abort();
  await assert.rejects(left);
  clock.advance(1000);
  await assert.rejects(late, { code: 'too-many-requests' });
  assert.deepEqual(
    ended.map(executionOf).map(({ requestId, result, errorType, start }) => ({
      requestId,
      result,
      errorType,
      start,
    })),
    [
      { requestId: 'r1', result: 'error', errorType: 'RangeError', start: 'cold' },
      { requestId: 'r2', result: 'error', errorType: 'Runtime.ExitError', start: 'warm' },
      { requestId: 'r3', result: 'init-error', errorType: 'E', start: 'cold' },
      { requestId: 'r4', result: 'refused', errorType: 'caller-gone', start: 'none' },
      { requestId: 'r5', result: 'throttled', errorType: 'too-many-requests', start: 'none' },
    ],
  );
});
