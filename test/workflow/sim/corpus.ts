/**
 * Machines for nodes that fail: between them all that an execution can wait for. What a function does follows from its
 * input alone, so that whatever happens to the nodes, an execution ends as it would without it.
 */
import { account, region } from '../../../src/types/index.js';
import { activityArn, stateMachineArn } from '../../../src/workflow/arns.js';
import { machines as others } from '../engine/machines.js';

export interface CorpusMachine {
  readonly definition: unknown;
  /** JSON text. */
  readonly input?: string;
}

const fn = (name: string): string => `arn:aws:lambda:${region}:${account}:function:${name}`;
export const activity = activityArn('work');

const machine = (StartAt: string, States: object, more: object = {}): object => ({
  StartAt,
  States,
  ...more,
});
const double = { Type: 'Task', Resource: fn('double') };
const retryAll = {
  Retry: [
    {
      ErrorEquals: ['States.Timeout', 'States.HeartbeatTimeout'],
      IntervalSeconds: 1,
      BackoffRate: 1,
      MaxAttempts: 500,
    },
  ],
};
const failsAtFirst = {
  Type: 'Task',
  Resource: fn('flaky'),
  Parameters: { 'tries.$': '$$.State.RetryCount' },
};
const failsUntilRedriven = {
  Type: 'Task',
  Resource: fn('flaky'),
  Parameters: { 'tries.$': '$$.Execution.RedriveCount' },
};

/** The child of the machines that start others. */
export const child = machine('Double', {
  Double: { ...double, Next: 'Wait' },
  Wait: { Type: 'Wait', Seconds: 1, End: true },
});

const sync = (mode: string): object => ({
  Type: 'Task',
  Resource: `arn:aws:states:::states:startExecution${mode}`,
  Parameters: { StateMachineArn: stateMachineArn('child'), 'Input.$': '$' },
});

const distributed = (
  ExecutionType: 'STANDARD' | 'EXPRESS',
  item: object,
  more: object = {},
): object => ({
  Type: 'Map',
  MaxConcurrency: 2,
  ItemProcessor: {
    ...machine('Item', { Item: { ...item, End: true } }),
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType },
  },
  ...more,
});

const own: Readonly<Record<string, CorpusMachine>> = {
  'retries-and-catch': {
    definition: machine('Flaky', {
      Flaky: {
        ...failsAtFirst,
        Retry: [
          { ErrorEquals: ['Flaky'], IntervalSeconds: 1, MaxAttempts: 3, JitterStrategy: 'FULL' },
        ],
        ResultPath: '$.flaky',
        Assign: { 'tries.$': '$.tries' },
        Next: 'Broken',
      },
      Broken: {
        Type: 'Task',
        Resource: fn('broken'),
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['Broken'], ResultPath: '$.error', Next: 'Last' }],
        End: true,
      },
      Last: { Type: 'Pass', Parameters: { 'tries.$': '$tries', 'all.$': '$' }, End: true },
    }),
    input: '{"n":1}',
  },
  'waits-between': {
    definition: machine('A', {
      A: { ...double, Next: 'B' },
      B: { Type: 'Wait', Seconds: 2, Next: 'C' },
      C: { ...double, End: true },
    }),
    input: '{"n":4}',
  },
  'parallel-fails': {
    definition: machine('P', {
      P: {
        Type: 'Parallel',
        Branches: [
          machine('S', { S: { Type: 'Task', Resource: fn('slow'), End: true } }),
          machine('W', { W: { Type: 'Wait', Seconds: 900, End: true } }),
          machine('B', { B: { Type: 'Task', Resource: fn('broken'), End: true } }),
        ],
        Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'E' }],
        End: true,
      },
      E: { Type: 'Pass', End: true },
    }),
  },
  token: {
    definition: machine('T', {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Parameters: { FunctionName: 'asks', Payload: { 'token.$': '$$.Task.Token' } },
        HeartbeatSeconds: 30,
        ...retryAll,
        Next: 'D',
      },
      D: { ...double, End: true },
    }),
  },
  activity: {
    definition: machine('A', {
      A: { Type: 'Task', Resource: activity, TimeoutSeconds: 4, ...retryAll, Next: 'D' },
      D: { ...double, End: true },
    }),
    input: '{"n":5}',
  },
  tokens: {
    definition: machine('M', {
      M: {
        Type: 'Map',
        ItemProcessor: machine('T', {
          T: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
            Parameters: { FunctionName: 'asks', Payload: { 'token.$': '$$.Task.Token' } },
            End: true,
          },
        }),
        End: true,
      },
    }),
    input: '[1,2,3]',
  },
  sync: {
    definition: machine('S', {
      S: {
        ...sync('.sync'),
        ResultSelector: { 'out.$': '$.Output' },
        ResultPath: '$.first',
        Next: 'T',
      },
      T: { ...sync('.sync:2'), ResultSelector: { 'out.$': '$.Output' }, End: true },
    }),
    input: '{"n":6}',
  },
  'sync-in-map': {
    definition: machine('M', {
      M: {
        Type: 'Map',
        MaxConcurrency: 2,
        ItemProcessor: machine('S', {
          S: { ...sync('.sync:2'), OutputPath: '$.Output', End: true },
        }),
        End: true,
      },
    }),
    input: '[1,2,3]',
  },
  starts: {
    definition: machine('S', { S: { ...sync(''), ResultPath: null, End: true } }),
    input: '{"n":6}',
  },
  distributed: {
    definition: machine('M', {
      M: distributed('STANDARD', double, { Next: 'D' }),
      D: { Type: 'Pass', End: true },
    }),
    input: '[1,2,3,4,5]',
  },
  'distributed-express': {
    definition: machine('M', { M: distributed('EXPRESS', double, { End: true }) }),
    input: '[1,2,3,4]',
  },
  'distributed-fails': {
    definition: machine('M', {
      M: distributed(
        'STANDARD',
        { Type: 'Task', Resource: fn('broken') },
        { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'E' }], End: true },
      ),
      E: { Type: 'Pass', End: true },
    }),
    input: '[1,2,3]',
  },
  redrive: {
    definition: machine('P', {
      P: {
        Type: 'Parallel',
        Branches: [
          machine('M', {
            M: {
              Type: 'Map',
              MaxConcurrency: 2,
              ItemProcessor: machine('D', {
                D: { ...double, Next: 'F' },
                F: { ...failsUntilRedriven, OutputPath: null, End: true },
              }),
              End: true,
            },
          }),
          machine('T', { T: { ...double, End: true } }),
        ],
        End: true,
      },
    }),
    input: '[1,2,3]',
  },
  'redrive-distributed': {
    definition: machine('M', {
      M: distributed('STANDARD', { ...failsUntilRedriven, OutputPath: null }, { End: true }),
    }),
    input: '[1,2,3]',
  },
};

const borrowed = [
  'a chain of pure states',
  'a parallel with a wait, a task and a pass',
  'a map with three at a time',
  'a map in a map',
  'a map whose iteration fails',
  'JSONata with variables, a task, a wait and a map',
  'JSONata that fails and is caught',
  'a task that times out',
  'a machine that times out',
];

export const corpus: ReadonlyMap<string, CorpusMachine> = new Map([
  ...Object.entries(own),
  ...borrowed.flatMap((name): [string, CorpusMachine][] => {
    const found = others[name];
    return found ? [[name.replaceAll(/[ ,]+/g, '-'), found]] : [];
  }),
]);
