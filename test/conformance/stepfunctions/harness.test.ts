/** The harness of the Step Functions replays, held by a scenario made by hand and a service that is not there. */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { replay, type World } from '../replay.js';
import type { AwaitStep, Members, Scenario, Value } from '../scenario.js';
import { derive } from './derived.js';
import { withMapRuns } from './map-runs.js';
import { isPlayedAlone } from './world.js';

const prefix = 'arn:aws:states:us-east-1:123456789012';
const made = 'd33af1a4-380a-5927-a974-f8b1f64518d8';
const real = 'aaaaaaaa-380a-5927-a974-f8b1f64518d8';
const run = 'bbbbbbbb-380a-5927-a974-f8b1f64518d8';

const scenario: Scenario = {
  id: 'tests/x.py::TestX::test_map',
  needs: [],
  transformers: [
    { type: 'keyValue', matchFn: '_transform_stepfunctions_cause_details', replacement: 'input' },
    { type: 'regex', regex: made, replacement: '<Execution>' },
    { type: 'regex', regex: '1'.repeat(8), replacement: '<MapRunArnPart1_0idx>' },
    { type: 'SfnNoneRecursiveParallelTransformer' },
  ],
  steps: [
    {
      i: 0,
      svc: 'stepfunctions',
      op: 'StartExecution',
      params: {},
      synth: { executionArn: `${prefix}:execution:m:${made}` },
    },
    { i: 1, await: 'await_execution_terminated', args: { execution_arn: `m:${made}` } },
    { i: 2, svc: 'stepfunctions', op: 'GetExecutionHistory', params: {} },
    { i: 3, match: 'history', of: 2 },
    { i: 4, match: 'cases', derived: true },
  ],
  expected: {
    history: {
      events: [
        { type: 'ParallelStateStarted', id: 1 },
        { id: [0], previousEventId: 0, type: 'MapRunStarted', details: started('<Execution>') },
        { id: [0], previousEventId: 0, type: 'PassStateEntered', timestamp: 'timestamp' },
        { type: 'ParallelStateExited', id: 5 },
        { type: 'ExecutionFailed', details: { cause: "not in the input '<input:1>'" } },
      ],
    },
    cases: [{ input: { a: 1 }, output: null }],
  },
};

function started(execution: string): Members {
  const arn = 'arn:<partition>:states:<region>:111111111111';
  return { mapRunArn: `${arn}:mapRun:m/Label:<MapRunArnPart1_0idx>`, of: execution };
}

const events: Value = [
  { type: 'ParallelStateStarted', id: 1 },
  { type: 'PassStateEntered', id: 2, previousEventId: 1, timestamp: new Date(0) },
  {
    type: 'MapRunStarted',
    id: 3,
    previousEventId: 1,
    details: { mapRunArn: `${prefix}:mapRun:m/Label:${run}`, of: real },
  },
  { type: 'ParallelStateSucceeded', id: 4 },
  { type: 'ParallelStateExited', id: 5 },
  { type: 'ExecutionFailed', details: { cause: `not in the input '{"a": 2}'` } },
];

describe('a scenario of Step Functions', () => {
  it('waits for what it was really answered, and is compared without order and made-up parts', async () => {
    const waited: AwaitStep[] = [];
    const world: World = {
      origin: { account: '123456789012', region: 'us-east-1' },
      services: {
        stepfunctions: {
          call: async (op) => ({
            answer:
              op === 'StartExecution'
                ? { executionArn: `${prefix}:execution:m:${real}` }
                : { events: structuredClone(events) },
            failed: false,
          }),
          wait: async () => {},
        },
      },
      createFunction: () => assert.fail('asked for no function'),
      http: () => assert.fail('asked for nothing by HTTP'),
      blob: () => assert.fail('asked for no bytes'),
      await: async (step) => {
        waited.push(step);
      },
      derive: () => [{ input: { a: 1 }, output: null }],
      completed: withMapRuns,
    };
    const { differences, compared } = await replay(scenario, world);
    assert.deepEqual(differences, []);
    assert.equal(compared, 2);
    assert.deepEqual(waited, [
      { await: 'await_execution_terminated', args: { execution_arn: `m:${real}` } },
    ]);
  });
});

describe('matches that were computed', () => {
  it('are the words of the exception that the recorder saw', () => {
    const answer = { Error: { Code: 'InvalidArn', Message: 'no' } };
    const text = 'An error occurred (InvalidArn) when calling the Go operation: no';
    const history = [{ op: 'Go', answer, failed: true }];
    assert.deepEqual(derive('exception', history, { exception_typename: 'x' }), {
      exception_typename: 'InvalidArn',
      exception_value: text,
    });
    assert.equal(derive('error', history, 'any text'), text);
  });

  it('are equal to what the client alone had to say where the service refuses, too', () => {
    const expected = 'Parameter validation failed:\nInvalid length';
    const asked = (failed: boolean) => [{ op: 'Go', answer: {}, failed }];
    assert.equal(derive('error', asked(true), expected), expected);
    assert.notEqual(derive('error', asked(false), expected), expected);
  });

  it('are the inputs and outputs of all executions whose histories were asked for', () => {
    const answer = {
      events: [
        { executionStartedEventDetails: { input: '{"a":1}' } },
        { executionSucceededEventDetails: { output: '2' } },
      ],
    };
    const history = [{ op: 'GetExecutionHistory', answer, failed: false }];
    assert.deepEqual(derive('cases', history, []), [{ input: { a: 1 }, output: 2 }]);
  });
});

it('a scenario is played alone that lists what others made, or has one second for a cold start', () => {
  const made = (definition: string) => ({ i: 1, svc: 's', op: 'Make', params: { definition } });
  const waited = { i: 2, await: 'ended', args: {}, op: 'Get' };
  const alone = (definition: string) => isPlayedAlone({ steps: [made(definition), waited] });
  assert.equal(alone('{"TimeoutSeconds": "{% $variable := 1 %}", "End": true}'), true);
  assert.equal(alone('{"HeartbeatSeconds":1}'), true);
  assert.equal(alone('{"TimeoutSeconds": 15, "Seconds": 1}'), false);
  const lists = { i: 1, svc: 'stepfunctions', op: 'ListActivities', params: {} };
  assert.equal(isPlayedAlone({ steps: [lists] }), true);
});
