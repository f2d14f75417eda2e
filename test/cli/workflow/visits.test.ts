import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { placeOf, storyOf, withItemCounts } from '../../../src/cli/workflow/visits.js';
import { HistoryMaker } from './history.js';

function told(history: HistoryMaker): [string, string, number][] {
  const { visits } = storyOf(history.events);
  return visits.map((visit) => [placeOf(visit), visit.status, visit.attempts]);
}

test('a task that is tried again is one visit with its attempts, and its last error is forgotten', () => {
  const history = new HistoryMaker();
  history.begin();
  history.task('Charge', {}, { paid: true }, 2, 0);
  history.add('ExecutionSucceeded', { output: '{}' });
  assert.deepEqual(told(history), [['Charge', 'succeeded', 3]]);
  const [visit] = storyOf(history.events).visits;
  assert.deepEqual([visit?.error, visit?.output], [null, '{"paid":true}']);
});

test('an error that is caught is told as such, and leads on', () => {
  const history = new HistoryMaker();
  history.begin();
  history.enter('Task', 'Charge', {}, 0);
  history.add('LambdaFunctionScheduled');
  history.add('LambdaFunctionStarted');
  history.add('LambdaFunctionFailed', { error: 'Declined', cause: 'no money' });
  history.exit('Task', 'Charge', { Error: 'Declined' });
  history.enter('Fail', 'Reject', {});
  history.add('ExecutionFailed', { error: 'Rejected' });
  assert.deepEqual(told(history), [
    ['Charge', 'caught', 1],
    ['Reject', 'failed', 0],
  ]);
  const { visits, status } = storyOf(history.events);
  assert.equal(status, 'FAILED');
  assert.equal(visits[1]?.previous, visits[0]);
});

test('states of a Map stand at their items, also where an iteration follows upon the end of another', () => {
  const history = new HistoryMaker();
  history.begin();
  history.enter('Map', 'Each', [1, 2], 0);
  const started = history.add('MapStateStarted', { length: 2 });
  const first = history.add('MapIterationStarted', { name: 'Each', index: 0 }, started);
  const ended = history.pass('Inner', 1, first);
  history.add('MapIterationSucceeded', { name: 'Each', index: 0 });
  const second = history.add('MapIterationStarted', { name: 'Each', index: 1 }, ended);
  history.pass('Inner', 2, second);
  history.add('MapIterationSucceeded', { name: 'Each', index: 1 });
  history.add('MapStateSucceeded');
  history.exit('Map', 'Each', [1, 2]);
  history.pass('After', {});
  assert.deepEqual(told(history), [
    ['Each', 'succeeded', 1],
    ['Each[0] / Inner', 'succeeded', 0],
    ['Each[1] / Inner', 'succeeded', 0],
    ['After', 'succeeded', 0],
  ]);
  assert.deepEqual(storyOf(history.events).visits[0]?.items, { begun: 2, succeeded: 2, failed: 0 });
});

test('a branch that fails takes its Parallel with it, and its neighbour is aborted', () => {
  const history = new HistoryMaker();
  history.begin();
  history.enter('Parallel', 'Both', {}, 0);
  const started = history.add('ParallelStateStarted');
  history.enter('Wait', 'Sleep', {}, started);
  history.enter('Fail', 'Break', {}, started);
  history.add('ParallelStateFailed');
  history.add('ExecutionFailed', { error: 'x' });
  assert.deepEqual(told(history), [
    ['Both', 'failed', 1],
    ['Both / Sleep', 'aborted', 0],
    ['Both / Break', 'failed', 0],
  ]);
});

test('what runs is running, and what was redriven runs again', () => {
  const history = new HistoryMaker();
  history.begin();
  history.enter('Task', 'Charge', {}, 0);
  history.add('LambdaFunctionScheduled');
  history.add('LambdaFunctionFailed', { error: 'Busy' });
  assert.deepEqual(told(history), [['Charge', 'running', 1]]);
  history.add('ExecutionFailed', { error: 'Busy' });
  assert.deepEqual(told(history), [['Charge', 'failed', 1]]);
  history.add('ExecutionRedriven', { redriveCount: 1 });
  history.add('LambdaFunctionScheduled');
  assert.deepEqual(told(history), [['Charge', 'running', 2]]);
});

test('an evaluation that failed is found by the state that it names, for AWS links it to nothing', () => {
  const history = new HistoryMaker();
  history.begin();
  history.enter('Pass', 'Shape', {}, 0);
  history.add('EvaluationFailed', { error: 'States.QueryEvaluationError', state: 'Shape' }, 0);
  history.add('ExecutionFailed', { error: 'States.QueryEvaluationError' });
  assert.deepEqual(told(history), [['Shape', 'failed', 0]]);
});

test('a state that failed without an event of its own has the error of the execution', () => {
  const history = new HistoryMaker();
  history.begin();
  history.enter('Wait', 'Sleep', {}, 0);
  history.add('ExecutionFailed', { error: 'States.Runtime', cause: 'not a number' });
  assert.deepEqual(told(history), [['Sleep', 'failed', 0]]);
  const { visits } = storyOf(history.events);
  assert.deepEqual([visits[0]?.error, visits[0]?.cause], ['States.Runtime', 'not a number']);
});

test('the items of a map run are counted by who is asked for them', async () => {
  const history = new HistoryMaker();
  history.begin();
  history.enter('Map', 'Each', [], 0);
  history.add('MapStateStarted', { length: 3 });
  history.add('MapRunStarted', { mapRunArn: 'arn:run' });
  const asked: string[] = [];
  const counted = await withItemCounts(history.events, async (arn) => {
    asked.push(arn);
    return { total: 3, succeeded: 2, failed: 1 };
  });
  assert.deepEqual(asked, ['arn:run']);
  assert.deepEqual(storyOf(counted).visits[0]?.items, { begun: 3, succeeded: 2, failed: 1 });
  history.add('MapRunFailed', { error: 'States.ExceedToleratedFailureThreshold', cause: 'c' });
  history.add('ExecutionFailed', { error: 'States.ExceedToleratedFailureThreshold' });
  assert.deepEqual(told(history), [['Each', 'failed', 1]]);
});
