import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functionNotFound, HearthError } from '../../../src/types/index.js';
import { Latch, lambdaArn, outcome, ownId, TaskBench, turn } from './task-bench.js';

const arn = `${lambdaArn}:greet`;

test('a function is called with the input of the task, under its request id', async () => {
  const bench = new TaskBench();
  const reports = await bench.run(`${arn}:live`, { name: 'Ada' });
  assert.deepEqual(reports, [{ kind: 'succeeded', output: '{"name":"Ada"}' }]);
  const [{ requestId, functionName, qualifier, invokedAs } = assert.fail()] = bench.invocations;
  assert.deepEqual(
    [requestId, functionName, qualifier, invokedAs],
    [ownId, 'greet', 'live', 'live'],
  );
});

test('what a function answers keeps the text of its numbers', async () => {
  const bench = new TaskBench();
  bench.invoke = async () => outcome('0.0');
  assert.deepEqual(await bench.run(arn, {}), [{ kind: 'succeeded', output: '0.0' }]);
});

test('an error of the function has its type as name, and what it answered as cause', async () => {
  const bench = new TaskBench();
  const payload = '{"errorMessage": "no such pet", "errorType": "KeyError", "stackTrace": []}';
  bench.invoke = async () => outcome(payload, { functionError: true });
  assert.deepEqual(await bench.run(arn, {}), [
    {
      kind: 'failed',
      at: 'task',
      error: 'KeyError',
      cause: payload,
    },
  ]);
});

test('an error of the function without a type is unknown', async () => {
  const bench = new TaskBench();
  bench.invoke = async () => outcome('{"errorMessage":"killed"}', { functionError: true });
  const [report = assert.fail()] = await bench.run(arn, {});
  assert.deepEqual(report, {
    kind: 'failed',
    at: 'task',
    error: 'Lambda.Unknown',
    cause:
      'The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorMessage":"killed"}',
  });
});

test('a function that nobody knows is a failure in the words of the service', async () => {
  const bench = new TaskBench();
  bench.invoke = async () => {
    throw functionNotFound('greet');
  };
  assert.deepEqual(await bench.run(arn, {}), [
    {
      kind: 'failed',
      at: 'task',
      error: 'Lambda.ResourceNotFoundException',
      cause: `Function not found: ${arn} (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: ${ownId}; Proxy: null)`,
    },
  ]);
});

test('too many requests are a failure that people retry by its name', async () => {
  const bench = new TaskBench();
  bench.invoke = async () => {
    throw new HearthError('too-many-requests', 'Rate Exceeded.');
  };
  const [report = assert.fail()] = await bench.run(arn, {});
  assert.equal(report.kind === 'failed' && report.error, 'Lambda.TooManyRequestsException');
});

test('what no node can take on at the moment is tried again, under the same request id', async () => {
  const bench = new TaskBench();
  const first = new Latch();
  bench.invoke = async () => {
    bench.invoke = async () => outcome('"done"');
    first.open();
    throw new HearthError('draining', 'This node is shutting down.');
  };
  const reports = bench.run(arn, {});
  await first.opened;
  await turn();
  bench.clock.advance(500);
  assert.deepEqual(await reports, [{ kind: 'succeeded', output: '"done"' }]);
  assert.deepEqual(
    bench.invocations.map(({ requestId }) => requestId),
    [ownId, ownId],
  );
});

test('it is not tried again before its node knows that nobody else has gone on with it', async () => {
  const bench = new TaskBench();
  const asked = [false, true];
  bench.catchUp = async () => asked.shift() ?? true;
  bench.invoke = async () => {
    bench.invoke = async () => outcome('"done"');
    throw new HearthError('draining', 'This node is shutting down.');
  };
  const reports = bench.run(arn, {});
  for (const tries of [1, 1, 2]) {
    await turn();
    assert.equal(bench.invocations.length, tries);
    bench.clock.advance(500);
  }
  assert.deepEqual(await reports, [{ kind: 'succeeded', output: '"done"' }]);
});

test('a cluster that takes nothing on for a minute is the failure of the service', async () => {
  const bench = new TaskBench();
  bench.invoke = async () => {
    throw new HearthError('draining', 'This node is shutting down.');
  };
  const reports = bench.run(arn, {});
  for (let tries = 0; tries < 125; tries++) {
    await turn();
    bench.clock.advance(500);
  }
  const [report = assert.fail()] = await reports;
  assert.equal(report.kind === 'failed' && report.error, 'Lambda.ServiceException');
  assert.equal(bench.invocations.length, 121);
});

test('more than 256 KiB of an answer are too many', async () => {
  const bench = new TaskBench();
  bench.invoke = async () => outcome(JSON.stringify('é'.repeat(140_000)));
  assert.deepEqual(await bench.run(arn, {}), [
    {
      kind: 'failed',
      at: 'task',
      error: 'States.DataLimitExceeded',
      cause: `The state/task '${arn}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    },
  ]);
});

test('a task is told to be started before what it asks for is asked', async () => {
  const bench = new TaskBench();
  bench.invoke = async () => outcome(`${bench.started}`);
  assert.deepEqual(await bench.run(arn, {}), [{ kind: 'succeeded', output: '1' }]);
});

test('of a task that was cancelled nothing is told, and its invocation knows', async () => {
  const bench = new TaskBench();
  const running = new Latch();
  const answer = new Latch();
  bench.invoke = async () => {
    running.open();
    await answer.opened;
    return outcome('1');
  };
  const cancel = bench.begin(arn, {}, {}, () => assert.fail('told'));
  await running.opened;
  cancel();
  answer.open();
  await turn();
  assert.equal(bench.invocations[0]?.signal?.aborted, true);
});
