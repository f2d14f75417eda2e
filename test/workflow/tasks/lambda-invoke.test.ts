import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lambdaArn, outcome, outputOf, ownId, TaskBench } from './task-bench.js';

const invoke = 'arn:aws:states:::lambda:invoke';

test('lambda:invoke gives the whole answer of the operation', async () => {
  const bench = new TaskBench();
  bench.invoke = async () => outcome('{"foo": "foo-1"}');
  const output = outputOf(await bench.run(invoke, { FunctionName: 'id', Payload: { a: 1 } }));
  const headers = {
    Connection: 'keep-alive',
    'Content-Length': '16',
    'Content-Type': 'application/json',
    Date: 'Sat, 21 Nov 2026 09:30:00 GMT',
    'X-Amz-Executed-Version': '$LATEST',
    'X-Amzn-Trace-Id': 'Root=1-67891233-abcdef012345678912345678',
    'x-amzn-Remapped-Content-Length': '0',
    'x-amzn-RequestId': ownId,
  };
  assert.deepEqual(output, {
    ExecutedVersion: '$LATEST',
    Payload: { foo: 'foo-1' },
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, [value]]),
      ),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: ownId },
    StatusCode: 200,
  });
});

for (const [payload, sent] of [
  [null, '{}'],
  ['"HelloWorld"', '"HelloWorld"'],
  ['0', '0'],
  [{ a: [1] }, '{"a":[1]}'],
  [[], '[]'],
] as const) {
  test(`a payload of ${JSON.stringify(payload)} is sent as ${sent}`, async () => {
    const bench = new TaskBench();
    await bench.run(invoke, { FunctionName: 'id', Payload: payload });
    assert.equal(Buffer.from(bench.invocations[0]?.payload ?? []).toString(), sent);
  });
}

test('a payload that is no JSON is refused as the service does', async () => {
  const bench = new TaskBench();
  const [report = assert.fail()] = await bench.run(invoke, { FunctionName: 'id', Payload: 'Hi' });
  assert.equal(report.kind === 'failed' && report.error, 'Lambda.InvalidRequestContentException');
  assert.equal(bench.invocations.length, 0);
});

for (const [parameters, asked] of [
  [{ FunctionName: 'id' }, ['id', '$LATEST', '']],
  [{ FunctionName: 'id:live' }, ['id', 'live', 'live']],
  [{ FunctionName: `${lambdaArn}:id:3` }, ['id', '3', '3']],
  [{ FunctionName: '123456789012:function:id' }, ['id', '$LATEST', '']],
  [{ FunctionName: `${lambdaArn}:id`, Qualifier: '7' }, ['id', '7', '7']],
] as const) {
  test(`${JSON.stringify(parameters)} names ${asked.join(' ')}`, async () => {
    const bench = new TaskBench();
    await bench.run(invoke, parameters);
    const [{ functionName, qualifier, invokedAs } = assert.fail()] = bench.invocations;
    assert.deepEqual([functionName, qualifier, invokedAs], asked);
  });
}

test('two qualifiers that differ are refused', async () => {
  const bench = new TaskBench();
  const parameters = { FunctionName: 'id:live', Qualifier: '7' };
  const [report = assert.fail()] = await bench.run(invoke, parameters);
  assert.equal(report.kind === 'failed' && report.error, 'Lambda.InvalidParameterValueException');
});

test('with LogType Tail the end of the log is given', async () => {
  const bench = new TaskBench();
  const output = outputOf(await bench.run(invoke, { FunctionName: 'id', LogType: 'Tail' }));
  assert.equal(output.LogResult, Buffer.from('END').toString('base64'));
});

test('a client context is decoded for the function', async () => {
  const bench = new TaskBench();
  const ClientContext = Buffer.from('{"custom":{"a":1}}').toString('base64');
  await bench.run(invoke, { FunctionName: 'id', ClientContext });
  assert.equal(bench.invocations[0]?.clientContext, '{"custom":{"a":1}}');
});

test('an error of the function has what it answered, without spaces, as cause', async () => {
  const bench = new TaskBench();
  const payload = '{"errorMessage": "no such pet", "errorType": "KeyError"}';
  bench.invoke = async () => outcome(payload, { functionError: true });
  assert.deepEqual(await bench.run(invoke, { FunctionName: 'id' }), [
    {
      kind: 'failed',
      at: 'task',
      error: 'KeyError',
      cause: '{"errorMessage":"no such pet","errorType":"KeyError"}',
    },
  ]);
});

test('an event is kept, and nobody waits for its end', async () => {
  const bench = new TaskBench();
  const parameters = { FunctionName: 'id', InvocationType: 'Event', Payload: { a: 1 } };
  const output = outputOf(await bench.run(invoke, parameters));
  assert.deepEqual([output.StatusCode, output.Payload], [202, {}]);
  assert.deepEqual(bench.events, ['id {"a":1}']);
  assert.equal(bench.invocations.length, 0);
});

test('a task that waits for its token goes on after the answer of the function', async () => {
  const bench = new TaskBench();
  const [report = assert.fail()] = await bench.run(`${invoke}.waitForTaskToken`, {
    FunctionName: 'id',
    Payload: { token: 't' },
  });
  assert.equal(report.kind, 'submitted');
  assert.deepEqual(outputOf([report]).Payload, { token: 't' });
});

test('where a task that waits for its token cannot be sent, that is said', async () => {
  const bench = new TaskBench();
  bench.invoke = async () => outcome('{"errorType":"Oops"}', { functionError: true });
  const resource = `${invoke}.waitForTaskToken`;
  const reports: unknown[] = [];
  await new Promise<void>((resolve) => {
    bench.begin(resource, { FunctionName: 'id' }, {}, (report) => {
      reports.push(report);
      resolve();
    });
  });
  assert.deepEqual(reports, [
    { kind: 'failed', at: 'submit', error: 'Oops', cause: '{"errorType":"Oops"}' },
  ]);
});

test('by the SDK the payload is a text, and an error of the function an answer', async () => {
  const bench = new TaskBench();
  bench.invoke = async () => outcome('{"errorType":"Oops"}', { functionError: true });
  const output = outputOf(
    await bench.run('arn:aws:states:::aws-sdk:lambda:invoke', { FunctionName: 'id' }),
  );
  assert.deepEqual(output, {
    ExecutedVersion: '$LATEST',
    FunctionError: 'Unhandled',
    Payload: '{"errorType":"Oops"}',
    StatusCode: 200,
  });
});

test('a service that the cluster does not have is named in the failure', async () => {
  const bench = new TaskBench();
  assert.deepEqual(await bench.run('arn:aws:states:::sqs:sendMessage', {}), [
    {
      kind: 'failed',
      at: 'task',
      error: 'States.TaskFailed',
      cause: 'This cluster does not offer sendMessage of the service sqs to state machines.',
    },
  ]);
});
