import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HearthError } from '../../../src/types/index.js';
import { executionArn, stateMachineArn } from '../../../src/workflow/arns.js';
import type { ExecutionView } from '../../../src/workflow/executions/types.js';
import { clockStartMs, outputOf, ownId, TaskBench, turn } from './task-bench.js';

const start = 'arn:aws:states:::states:startExecution';
const machine = stateMachineArn('child');
const arn = executionArn('child', 'one');
const parameters = { StateMachineArn: machine, Input: { a: 1 }, Name: 'one' };
const trace = 'Root=1-67891233-abcdef012345678912345678;Parent=9a554f1f3f0d7c11;Sampled=1';

function benchWithChild(): TaskBench {
  const bench = new TaskBench();
  bench.api = async () => ({ executionArn: arn, startDate: clockStartMs / 1000 });
  return bench;
}

function view(more: Partial<ExecutionView>): ExecutionView {
  return {
    arn,
    name: 'one',
    stateMachineName: 'child',
    stateMachineArn: machine,
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    revisionId: '',
    roleArn: 'arn:aws:iam::123456789012:role/r',
    type: 'STANDARD',
    status: 'SUCCEEDED',
    startedAtMs: clockStartMs,
    endedAtMs: clockStartMs + 50,
    input: '{"a":1}',
    output: '{"b":2}',
    failure: null,
    traceId: trace,
    mapRunArn: null,
    redriveCount: 0,
    redrivenAtMs: 0,
    notRedrivable: 'Execution is SUCCEEDED and cannot be redriven',
    ...more,
  };
}

test('a child that nobody can take on at the moment is started a little later', async () => {
  const bench = benchWithChild();
  const { api } = bench;
  let isDown = true;
  bench.api = async (...asked) => {
    if (isDown) throw new HearthError('no-quorum', 'nobody takes it');
    return api(...asked);
  };
  const reports = bench.run(start, parameters);
  await turn();
  isDown = false;
  bench.clock.advance(500);
  assert.equal(outputOf(await reports).ExecutionArn, arn);
  assert.equal(bench.asked.length, 2);
});

test('another state machine is started, and its ARN given', async () => {
  const bench = benchWithChild();
  const output = outputOf(await bench.run(start, parameters));
  assert.deepEqual(bench.asked, [
    {
      operation: 'StartExecution',
      input: { stateMachineArn: machine, input: '{"a":1}', name: 'one', traceHeader: trace },
    },
  ]);
  const { SdkHttpMetadata, ...rest } = output;
  assert.deepEqual(rest, {
    ExecutionArn: arn,
    SdkResponseMetadata: { RequestId: ownId },
    StartDate: clockStartMs,
  });
  assert.deepEqual(SdkHttpMetadata, {
    AllHttpHeaders: {
      connection: ['keep-alive'],
      'Content-Length': [String(48 + arn.length)],
      'Content-Type': ['application/x-amz-json-1.0'],
      'x-amzn-RequestId': [ownId],
      Date: ['Sat, 21 Nov 2026 09:30:00 GMT'],
    },
    HttpHeaders: {
      connection: 'keep-alive',
      'Content-Length': String(48 + arn.length),
      'Content-Type': 'application/x-amz-json-1.0',
      'x-amzn-RequestId': ownId,
      Date: 'Sat, 21 Nov 2026 09:30:00 GMT',
    },
    HttpStatusCode: 200,
  });
});

test('a child without a name is named by the request id of the task', async () => {
  const bench = benchWithChild();
  await bench.run(start, { StateMachineArn: machine, Input: null });
  const [{ input } = assert.fail()] = bench.asked;
  assert.equal(input.name, ownId);
  assert.equal(input.input, undefined);
});

test('an input that is a text is taken as it is', async () => {
  const bench = benchWithChild();
  await bench.run(start, { ...parameters, Input: '"InputFromTrustedAccount"' });
  assert.equal(bench.asked[0]?.input.input, '"InputFromTrustedAccount"');
});

test('a state machine that nobody knows is a failure in the words of the service', async () => {
  const bench = new TaskBench();
  bench.api = async () => {
    throw new HearthError(
      'state-machine-does-not-exist',
      `State Machine Does Not Exist: '${machine}'`,
    );
  };
  assert.deepEqual(await bench.run(start, parameters), [
    {
      kind: 'failed',
      at: 'task',
      error: 'StepFunctions.StateMachineDoesNotExistException',
      cause: `State Machine Does Not Exist: '${machine}' (Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: ${ownId}; Proxy: null)`,
    },
  ]);
});

const described = {
  ExecutionArn: arn,
  Input: '{"a":1}',
  InputDetails: { Included: true },
  Name: 'one',
  StartDate: clockStartMs,
  StateMachineArn: machine,
  StopDate: clockStartMs + 50,
};
const succeeded = { ...described, OutputDetails: { Included: true }, Status: 'SUCCEEDED' };

test('by .sync the child is waited for, and its input and output are texts', async () => {
  const bench = benchWithChild();
  const reports = bench.run(`${start}.sync`, parameters);
  await turn();
  bench.end(view({}));
  assert.deepEqual(
    (await reports).map(({ kind }) => kind),
    ['submitted', 'succeeded'],
  );
  assert.deepEqual(outputOf(await reports), { ...succeeded, Output: '{"b":2}' });
});

test('by .sync:2 its input and output are JSON', async () => {
  const bench = benchWithChild();
  bench.end(view({}));
  const output = outputOf(await bench.run(`${start}.sync:2`, parameters));
  assert.deepEqual(output, { ...succeeded, Input: { a: 1 }, Output: { b: 2 } });
});

test('where a role is assumed, redrives are told of', async () => {
  const bench = benchWithChild();
  bench.end(view({}));
  const role = { roleArn: 'arn:aws:iam::000000000002:role/r' };
  assert.deepEqual(outputOf(await bench.run(`${start}.sync`, parameters, role)), {
    ...succeeded,
    Output: '{"b":2}',
    RedriveCount: 0,
    RedriveStatus: 'NOT_REDRIVABLE',
    RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  });
});

for (const [status, failure, told] of [
  ['FAILED', { error: 'SomeFailure', cause: 'why' }, { Error: 'SomeFailure', Cause: 'why' }],
  ['FAILED', { error: 'States.Timeout', cause: '', hasCause: false }, { Error: 'States.Timeout' }],
  ['ABORTED', null, {}],
] as const) {
  test(`a child that is ${status} with ${JSON.stringify(told)} fails the task with what became of it`, async () => {
    const bench = benchWithChild();
    bench.end(view({ status, failure, output: null }));
    const [, report] = await bench.run(`${start}.sync`, parameters);
    if (report?.kind !== 'failed') assert.fail(report?.kind);
    assert.deepEqual([report.at, report.error], ['task', 'States.TaskFailed']);
    assert.deepEqual(JSON.parse(report.cause), { ...told, ...described, Status: status });
  });
}

const parent = 'arn:aws:states:us-east-1:123456789012:execution:parent:run';

for (const [how, status, why, stopped] of [
  ['is given up', 'RUNNING', 'given-up', [arn]],
  ['goes on elsewhere', 'RUNNING', undefined, []],
  ['was of an execution that has ended', 'ABORTED', undefined, [arn]],
] as const) {
  test(`a task that ${how} ${stopped.length > 0 ? 'stops' : 'leaves'} its child`, async () => {
    const bench = benchWithChild();
    bench.end(view({ arn: parent, status }));
    const cancel = bench.begin(`${start}.sync`, parameters, {}, () => {});
    await turn();
    cancel(why);
    await turn();
    assert.deepEqual(bench.stopped, stopped);
  });
}

test('a child that has ended while its parent moved to another node is found, not started again', async () => {
  const bench = new TaskBench();
  bench.api = async () => {
    throw new HearthError('execution-already-exists', `Execution Already Exists: '${arn}'`);
  };
  bench.end(view({}));
  const output = outputOf(await bench.run(`${start}.sync`, parameters));
  assert.equal(output.Output, '{"b":2}');
});

test('an execution of the same name that somebody else started is no child', async () => {
  const bench = new TaskBench();
  bench.api = async () => {
    throw new HearthError('execution-already-exists', `Execution Already Exists: '${arn}'`);
  };
  bench.end(view({ traceId: 'Root=1-67891233-abcdef012345678912345678' }));
  const [report] = await bench.run(`${start}.sync`, parameters);
  if (report?.kind !== 'failed') assert.fail(report?.kind);
  assert.deepEqual(
    [report.at, report.error],
    ['submit', 'StepFunctions.ExecutionAlreadyExistsException'],
  );
});
