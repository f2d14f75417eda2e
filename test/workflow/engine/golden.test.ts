/** Small machines and the whole history that each makes, as text. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { historyLines, type LabOptions, runLab, stopLab } from '../lab.js';
import { failWith, tasks } from './machines.js';

after(stopLab);

async function lines(options: LabOptions): Promise<string> {
  return historyLines((await runLab(options)).records).join('\n');
}

const fn = 'arn:aws:lambda:us-east-1:123456789012:function:f';

test('the first state follows nothing, each other event follows the one before it', async () => {
  const definition = {
    StartAt: 'A',
    States: { A: { Type: 'Pass', Result: 1, Next: 'B' }, B: { Type: 'Succeed' } },
  };
  assert.equal(
    await lines({ definition, input: '{ "kept":  "as it is" }' }),
    `1 < 0 ExecutionStarted {"input":"{ \\"kept\\":  \\"as it is\\" }"}
2 < 0 PassStateEntered {"name":"A","input":"{ \\"kept\\":  \\"as it is\\" }"}
3 < 2 PassStateExited {"name":"A","output":"1"}
4 < 3 SucceedStateEntered {"name":"B","input":"1"}
5 < 4 SucceedStateExited {"name":"B","output":"1"}
6 < 5 ExecutionSucceeded {"output":"1"}`,
  );
});

test('a callback that is not heard of times out by its heartbeat, and one that is goes on', async () => {
  const definition = {
    StartAt: 'T',
    States: {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        HeartbeatSeconds: 10,
        Parameters: { FunctionName: 'f', Payload: { 'token.$': '$$.Task.Token' } },
        End: true,
      },
    },
  };
  const submitted = { report: { kind: 'submitted', output: '{}' } } as const;
  const beats = [5, 14, 20].map((second) => ({
    afterMs: second * 1000,
    report: 'heartbeat' as const,
  }));
  assert.equal(
    await lines({ definition, task: () => [submitted, ...beats] }),
    `1 < 0 ExecutionStarted {"input":"{}"}
2 < 0 TaskStateEntered {"name":"T","input":"{}"}
3 < 2 TaskScheduled {"resourceType":"lambda","resource":"invoke.waitForTaskToken","parameters":"{\\"FunctionName\\":\\"f\\",\\"Payload\\":{\\"token\\":\\"00000000-0000-4000-8000-000000000001\\"}}","heartbeatInSeconds":10}
4 < 3 TaskStarted {"resourceType":"lambda","resource":"invoke.waitForTaskToken"}
5 < 4 TaskSubmitted {"resourceType":"lambda","resource":"invoke.waitForTaskToken","output":"{}"}
6 < 5 TaskTimedOut {"resourceType":"lambda","resource":"invoke.waitForTaskToken","error":"States.HeartbeatTimeout"}
7 < 6 ExecutionFailed {"error":"States.HeartbeatTimeout"}`,
  );
  const run = await runLab({ definition, task: () => [submitted, ...beats] });
  assert.equal(run.endedAtMs - run.facts.startedAtMs, 30_000, 'ten seconds after the last beat');
});

test('each retrier counts its own tries, and none answers to States.Runtime', async () => {
  const errors = ['One', 'Two', 'One', 'Two'];
  let tries = 0;
  const Retry = [
    { ErrorEquals: ['One'], IntervalSeconds: 1, MaxAttempts: 2 },
    {
      ErrorEquals: ['Two'],
      IntervalSeconds: 10,
      MaxAttempts: 5,
      BackoffRate: 3,
      MaxDelaySeconds: 20,
    },
  ];
  const definition = {
    StartAt: 'T',
    States: { T: { Type: 'Task', Resource: fn, Retry, End: true } },
  };
  const task = (): ReturnType<typeof failWith> => {
    tries += 1;
    return failWith(errors[tries - 1] ?? 'One', 'c', 0);
  };
  const run = await runLab({ definition, task });
  assert.equal(tries, 5);
  assert.equal(run.endedAtMs - run.facts.startedAtMs, (1 + 10 + 2 + 20) * 1000);
  const fatal = await runLab({
    definition: {
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: fn,
          Retry,
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T' }],
          End: true,
        },
      },
    },
    task: () => failWith('States.Runtime', 'c', 0),
  });
  assert.equal(fatal.end?.status, 'FAILED');
});

test('a task whose parameters name nothing fails the execution, whatever its catchers say', async () => {
  const definition = {
    StartAt: 'T',
    States: {
      T: {
        Type: 'Task',
        Resource: fn,
        Parameters: { 'a.$': '$.nothing' },
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'E' }],
        End: true,
      },
      E: { Type: 'Succeed' },
    },
  };
  assert.match(await lines({ definition }), /\n3 < 2 ExecutionFailed .*entered at the event id #2/);
});

test('a redriven execution goes on at the state that failed, with what came before it', async () => {
  const definition = {
    StartAt: 'D',
    States: {
      D: { Type: 'Task', Resource: `${fn.slice(0, -1)}double`, ResultPath: '$.d', Next: 'F' },
      F: { Type: 'Task', Resource: `${fn.slice(0, -1)}flaky`, Next: 'C' },
      C: { Type: 'Pass', Parameters: { 'count.$': '$$.Execution.RedriveCount' }, End: true },
    },
  };
  const run = await runLab({ definition, input: '{"n":1}', task: tasks(), redrives: 3 });
  assert.deepEqual(run.end, { status: 'SUCCEEDED', output: '{"count":2}' });
  assert.deepEqual(
    run.begun.map(({ resource }) => (resource.kind === 'function' ? resource.arn.slice(-6) : '')),
    ['double', ':flaky', ':flaky', ':flaky'],
  );
});

test('an iteration that fails aborts those beside it', async () => {
  const definition = {
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        ItemProcessor: {
          StartAt: 'C',
          States: {
            C: {
              Type: 'Choice',
              Choices: [{ Variable: '$', NumericEquals: 2, Next: 'F' }],
              Default: 'W',
            },
            W: { Type: 'Wait', Seconds: 9, End: true },
            F: { Type: 'Fail' },
          },
        },
        End: true,
      },
    },
  };
  assert.equal(
    await lines({ definition, input: '[1,2]' }),
    `1 < 0 ExecutionStarted {"input":"[1,2]"}
2 < 0 MapStateEntered {"name":"M","input":"[1,2]"}
3 < 2 MapStateStarted {"length":2}
4 < 3 MapIterationStarted {"name":"M","index":0}
5 < 4 ChoiceStateEntered {"name":"C","input":"1"}
6 < 5 ChoiceStateExited {"name":"C","output":"1"}
7 < 6 WaitStateEntered {"name":"W","input":"1"}
8 < 3 MapIterationStarted {"name":"M","index":1}
9 < 8 ChoiceStateEntered {"name":"C","input":"2"}
10 < 9 ChoiceStateExited {"name":"C","output":"2"}
11 < 10 FailStateEntered {"name":"F","input":"2"}
12 < 11 MapIterationFailed {"name":"M","index":1}
13 < 11 WaitStateAborted
14 < 11 MapIterationAborted {"name":"M","index":0}
15 < 11 MapStateFailed
16 < 15 ExecutionFailed {}`,
  );
});
