import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HearthError } from '../../../src/types/index.js';
import { outputOf, ownId, TaskBench } from './task-bench.js';

const sdk = 'arn:aws:states:::aws-sdk:sfn';

test('an operation of the API is asked and answered in the names of the SDK', async () => {
  const bench = new TaskBench();
  bench.api = async () => ({ executionArn: 'arn', startDate: 1_795_253_400.5 });
  const output = outputOf(
    await bench.run(`${sdk}:startExecution`, { StateMachineArn: 'm', Input: { a: 1 }, Name: null }),
  );
  assert.deepEqual(bench.asked, [
    { operation: 'StartExecution', input: { stateMachineArn: 'm', input: '{"a":1}' } },
  ]);
  assert.deepEqual(output, { ExecutionArn: 'arn', StartDate: '2026-11-21T09:30:00.500Z' });
});

test('lists of an answer are renamed as well, and what is null is not there', async () => {
  const bench = new TaskBench();
  bench.api = async () => ({
    executions: [{ name: 'a', startDate: 0, stopDate: null }],
    nextToken: null,
  });
  const output = outputOf(await bench.run(`${sdk}:listExecutions`, { StateMachineArn: 'm' }));
  assert.deepEqual(output, { Executions: [{ Name: 'a', StartDate: '1970-01-01T00:00:00.000Z' }] });
});

test('what the API refuses has the name and the words of the SDK for Java', async () => {
  const bench = new TaskBench();
  bench.api = async () => {
    throw new HearthError('invalid-token', "Invalid Token: 'Invalid token'");
  };
  assert.deepEqual(await bench.run(`${sdk}:sendTaskFailure`, { TaskToken: 'NoSuchTaskToken' }), [
    {
      kind: 'failed',
      at: 'task',
      error: 'Sfn.InvalidTokenException',
      cause: `Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400, Request ID: ${ownId}) (SDK Attempt Count: 1)`,
    },
  ]);
});

test('of a service that is asked by no object, nothing is asked', async () => {
  const bench = new TaskBench();
  const [report] = await bench.run(`${sdk}:listActivities`, [1]);
  assert.equal(report?.kind === 'failed' && report.error, 'States.Runtime');
  assert.equal(bench.asked.length, 0);
});
