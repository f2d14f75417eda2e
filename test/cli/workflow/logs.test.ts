import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { requestsOf } from '../../../src/cli/workflow/logs.js';
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

test('the request of a function is found by what its task was scheduled with and what it answered', () => {
  const [[id, found] = []] = requestsOf(called().events);
  assert.equal(id, 5);
  assert.equal(found?.functionName, 'charge');
  assert.equal(found?.requestId, 'request-1');
  assert.ok((found?.sinceMs ?? 0) < (found?.untilMs ?? 0));
});

test('a function that failed tells its request in the cause, and one that says nothing has none', () => {
  const history = new HistoryMaker();
  history.begin();
  history.enter('Task', 'Charge', {}, 0);
  const resource = 'arn:aws:lambda:us-east-1:123456789012:function:charge';
  history.add('LambdaFunctionScheduled', { resource });
  history.add('LambdaFunctionStarted');
  history.add('LambdaFunctionFailed', { error: 'E', cause: '{"requestId":"request-2"}' });
  history.add('LambdaFunctionScheduled', { resource });
  history.add('LambdaFunctionSucceeded', { output: '7' });
  const requests = [...requestsOf(history.events).values()].map(({ requestId }) => requestId);
  assert.deepEqual(requests, ['request-2']);
});

test('the history is printed line by line, even where the log of a function cannot be had', async (context) => {
  const states = new FakeStates({ GetExecutionHistory: () => ({ events: called().events }) });
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
