import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { requestsOf } from '../../../src/cli/workflow/logs.js';
import { taskRequestId } from '../../../src/types/index.js';
import { run } from '../run.js';
import { FakeStates } from './fake-states.js';
import { HistoryMaker } from './history.js';

const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:hello:one';

function called(): HistoryMaker {
  const history = new HistoryMaker();
  history.begin();
  history.enter('Task', 'Charge', {}, 0);
  const parameters =
    '{"FunctionName":"arn:aws:lambda:us-east-1:123456789012:function:charge:live"}';
  history.add('TaskScheduled', { resource: 'invoke', resourceType: 'lambda', parameters });
  history.add('TaskStarted', { resource: 'invoke', resourceType: 'lambda' });
  history.add('TaskSucceeded', { output: '{"SdkResponseMetadata":{"RequestId":"request-1"}}' });
  history.exit('Task', 'Charge', {});
  return history;
}

const execution = { executionArn, startDate: 1_789_999_999.123 };
const requestOf = (eventId: number): string =>
  taskRequestId(executionArn, 1_789_999_999_123, eventId);

test('the request of a function follows from the event that scheduled it, and ends with its task', () => {
  const { events } = called();
  const [found, ...more] = requestsOf(events, execution);
  assert.deepEqual(more, []);
  assert.deepEqual(found, {
    functionName: 'charge',
    requestId: requestOf(3),
    sinceMs: (events[2]?.timestamp ?? 0) * 1000,
    end: events[4],
  });
});

test('each try of a task is a request of its own, and one that has not ended comes last', () => {
  const history = new HistoryMaker();
  history.begin();
  history.enter('Task', 'Charge', {}, 0);
  const resource = 'arn:aws:lambda:us-east-1:123456789012:function:charge';
  const open = history.add('LambdaFunctionScheduled', { resource }, 2);
  history.add('LambdaFunctionScheduled', { resource }, 2);
  history.add('LambdaFunctionStarted');
  history.add('LambdaFunctionFailed', { error: 'E', cause: 'no' });
  const again = history.add('LambdaFunctionScheduled', { resource });
  history.add('LambdaFunctionSucceeded', { output: '7' });
  const requests = requestsOf(history.events, execution);
  const ids = requests.map(({ requestId }) => requestId);
  assert.deepEqual(ids, [requestOf(4), requestOf(again), requestOf(open)]);
  assert.deepEqual(
    requests.map(({ end }) => end?.id ?? null),
    [6, 8, null],
  );
});

const running = { ...execution, name: 'one', status: 'RUNNING', stateMachineArn: '' };

test('items of a map run have histories of their own, to which the way is told', async (context) => {
  const mapRunArn = 'arn:aws:states:us-east-1:123456789012:mapRun:hello/Each:1234';
  const childArn = 'arn:aws:states:us-east-1:123456789012:execution:hello/Each:5678';
  const history = new HistoryMaker();
  history.begin();
  history.enter('Map', 'Each', [1], 0);
  history.add('MapRunStarted', { mapRunArn });
  const summary = { executionArn: childArn, name: '5678', status: 'SUCCEEDED', startDate: 1 };
  const states = new FakeStates({
    DescribeExecution: () => running,
    GetExecutionHistory: () => ({ events: history.events }),
    ListExecutions: () => ({ executions: [summary] }),
  });
  const env = { HEARTH_ENDPOINT: await states.start(context) };
  const { stderr } = await run(['workflow', 'logs', executionArn], { env });
  const [, told = ''] = /`hearth workflow list (\S+)`/.exec(stderr) ?? [];
  assert.equal(told, mapRunArn);
  const listed = await run(['workflow', 'list', told], { env });
  assert.match(listed.stdout, /5678 +SUCCEEDED/);
  assert.equal(states.asked.at(-1)?.body.mapRunArn, mapRunArn);
});

test('the history is printed line by line, even where the log of a function cannot be had', async (context) => {
  const states = new FakeStates({
    DescribeExecution: () => running,
    GetExecutionHistory: () => ({ events: called().events }),
  });
  const env = { HEARTH_ENDPOINT: await states.start(context) };
  const ran = await run(['workflow', 'logs', executionArn], { env });
  assert.equal(ran.code, 0);
  assert.equal(ran.stdout.trim().split('\n').length, 6);
  assert.match(ran.stdout, / {4}2 {2}2026-\S+ {2}TaskStateEntered {2}\{"name":"Charge"/);
  assert.match(ran.stderr, /the log of charge is left out: /);
  const silent = await run(['workflow', 'logs', executionArn, '--no-functions', '--json'], { env });
  assert.equal(silent.stderr, '');
  assert.equal(JSON.parse(silent.stdout.split('\n')[0] ?? '').type, 'ExecutionStarted');
});
