/** Machines that between them have everything that an engine must find again after a crash. */
import type { TaskRequest } from '../../../src/workflow/tasks/types.js';
import type { LabOptions, LabReport } from '../lab.js';

const fn = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

export function succeed(output: unknown, afterMs = 10): LabReport[] {
  return [
    { report: { kind: 'started' } },
    { afterMs, report: { kind: 'succeeded', output: JSON.stringify(output) } },
  ];
}

export function failWith(error: string, cause = 'because', afterMs = 10): LabReport[] {
  return [{ afterMs, report: { kind: 'failed', at: 'task', error, cause } }];
}

/** Functions by name: `double` takes `{n}` or a number, `flaky` fails twice per input, `broken` always. */
export function tasks(): (request: TaskRequest) => readonly LabReport[] {
  const tries = new Map<string, number>();
  return ({ resource, input, id }) => {
    const name = resource.kind === 'service' ? resource.service : resource.arn.split(':').at(-1);
    const given = JSON.parse(input) as { n?: number } | number;
    switch (name) {
      case 'double': {
        const n = typeof given === 'number' ? given : (given.n ?? 0);
        return succeed({ n: n * 2 }, 10 + ((n * 7) % 5));
      }
      case 'flaky': {
        const count = (tries.get(input) ?? 0) + 1;
        tries.set(input, count);
        return count <= 2 ? failWith('Flaky', `try ${count}`) : succeed({ tries: count });
      }
      case 'broken':
        return failWith('Broken', id === '' ? '' : 'always');
      case 'slow':
        return succeed('late', 60_000);
      default:
        return succeed(given);
    }
  };
}

const task = (name: string, more: object = {}): object => ({
  Type: 'Task',
  Resource: fn(name),
  ...more,
});
const machine = (StartAt: string, States: object, more: object = {}): object => ({
  StartAt,
  States,
  ...more,
});

export const machines: Readonly<Record<string, LabOptions>> = {
  'a chain of pure states': {
    definition: machine('A', {
      A: { Type: 'Pass', Result: { x: 1 }, Assign: { v: 7, 'u.$': 'States.UUID()' }, Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Variable: '$.x', NumericEquals: 1, Next: 'C' }] },
      C: { Type: 'Pass', Parameters: { 'v.$': '$v', 'u.$': '$u' }, Next: 'D' },
      D: { Type: 'Succeed' },
    }),
  },
  'tasks with retries and a catcher': {
    definition: machine('Flaky', {
      Flaky: task('flaky', {
        Retry: [
          {
            ErrorEquals: ['Flaky'],
            IntervalSeconds: 2,
            MaxAttempts: 3,
            BackoffRate: 1.5,
            JitterStrategy: 'FULL',
          },
        ],
        ResultPath: '$.flaky',
        Assign: { 'tries.$': '$.tries' },
        Next: 'Broken',
      }),
      Broken: task('broken', {
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['Broken'], ResultPath: '$.error', Next: 'Last' }],
        End: true,
      }),
      Last: { Type: 'Pass', Parameters: { 'tries.$': '$tries', 'all.$': '$' }, End: true },
    }),
    input: '{ "n": 1 }',
  },
  'a wait between tasks': {
    definition: machine('Double', {
      Double: task('double', { Next: 'Wait' }),
      Wait: { Type: 'Wait', Seconds: 3600, Next: 'Again' },
      Again: task('double', { End: true }),
    }),
    input: '{"n":4}',
  },
  'a parallel with a wait, a task and a pass': {
    definition: machine('P', {
      P: {
        Type: 'Parallel',
        Parameters: { 'n.$': '$.n', 'id.$': 'States.UUID()' },
        Branches: [
          machine('W', {
            W: { Type: 'Wait', Seconds: 5, Next: 'X' },
            X: { Type: 'Pass', End: true },
          }),
          machine('T', {
            T: task('double', { Assign: { 'mine.$': '$.n' }, Next: 'U' }),
            U: task('double', { End: true }),
          }),
          machine('Q', { Q: { Type: 'Pass', Result: 'q', End: true } }),
        ],
        ResultSelector: { 'all.$': '$' },
        Next: 'End',
      },
      End: { Type: 'Pass', End: true },
    }),
    input: '{"n":3}',
  },
  'a parallel whose branch fails, is tried again and caught': {
    definition: machine('P', {
      P: {
        Type: 'Parallel',
        Branches: [
          machine('S', { S: task('slow', { End: true }) }),
          machine('W', { W: { Type: 'Wait', Seconds: 90, End: true } }),
          machine('B', { B: task('broken', { End: true }) }),
        ],
        Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }],
        End: true,
      },
      End: { Type: 'Pass', End: true },
    }),
  },
  'a map with three at a time': {
    definition: machine('M', {
      M: {
        Type: 'Map',
        ItemsPath: '$.items',
        MaxConcurrency: 3,
        ItemSelector: { 'n.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index' },
        ItemProcessor: machine('D', {
          D: task('double', { ResultPath: '$.out', Next: 'E' }),
          E: { Type: 'Pass', OutputPath: '$.out', End: true },
        }),
        End: true,
      },
    }),
    input: '{"items": [1, 2, 3, 4, 5, 6, 7]}',
  },
  'a map in a map': {
    definition: machine('M', {
      M: {
        Type: 'Map',
        ItemProcessor: machine('N', {
          N: {
            Type: 'Map',
            MaxConcurrency: 1,
            ItemProcessor: machine('D', { D: task('double', { End: true }) }),
            End: true,
          },
        }),
        End: true,
      },
    }),
    input: '[[1,2],[3],[]]',
  },
  'a map whose iteration fails': {
    definition: machine('M', {
      M: {
        Type: 'Map',
        MaxConcurrency: 2,
        ItemProcessor: machine('C', {
          C: {
            Type: 'Choice',
            Choices: [{ Variable: '$', NumericEquals: 3, Next: 'F' }],
            Default: 'D',
          },
          D: task('double', { End: true }),
          F: { Type: 'Fail', Error: 'Three', Cause: 'three' },
        }),
        End: true,
      },
    }),
    input: '[1,2,3,4]',
  },
  'JSONata with variables, a task, a wait and a map': {
    definition: machine(
      'A',
      {
        A: {
          Type: 'Pass',
          Assign: { list: '{% $map([1..3], function($v) { $v * 10 }) %}' },
          Output: { n: '{% $sum([1, 2]) %}' },
          Next: 'T',
        },
        T: task('double', {
          Arguments: { n: '{% $states.input.n + $list[0] %}' },
          Output: '{% {"n": $states.result.n + 1} %}',
          Next: 'W',
        }),
        W: { Type: 'Wait', Seconds: '{% $states.input.n - 20 %}', Next: 'M' },
        M: {
          Type: 'Map',
          Items: '{% $list %}',
          MaxConcurrency: 2,
          ItemSelector: { n: '{% $states.context.Map.Item.Value + $count($list) %}' },
          ItemProcessor: machine('D', {
            D: task('double', { Output: '{% $states.result.n & "!" %}', End: true }),
          }),
          Output: '{% $join($states.result, ",") %}',
          End: true,
        },
      },
      { QueryLanguage: 'JSONata' },
    ),
  },
  'JSONata that fails and is caught': {
    definition: machine(
      'T',
      {
        T: task('double', {
          Output: '{% $toNumber("x") %}',
          Catch: [
            {
              ErrorEquals: ['States.QueryEvaluationError'],
              Output: '{% $states.errorOutput.Error & "" %}',
              Next: 'E',
            },
          ],
          End: true,
        }),
        E: { Type: 'Succeed' },
      },
      { QueryLanguage: 'JSONata' },
    ),
  },
  'a task that times out': {
    definition: machine('S', {
      S: task('slow', {
        TimeoutSeconds: 5,
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'E' }],
        End: true,
      }),
      E: { Type: 'Pass', End: true },
    }),
  },
  'a machine that times out': {
    definition: machine('S', { S: task('slow', { End: true }) }, { TimeoutSeconds: 20 }),
  },
  'a distributed map': {
    definition: machine('M', {
      M: {
        Type: 'Map',
        ItemSelector: { 'n.$': '$$.Map.Item.Value' },
        ItemProcessor: {
          ...machine('D', { D: task('double', { End: true }) }),
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        },
        Next: 'E',
      },
      E: { Type: 'Pass', End: true },
    }),
    input: '[1,2,3]',
  },
  'a redrive in a map beside a parallel': {
    definition: machine('P', {
      P: {
        Type: 'Parallel',
        Branches: [
          machine('M', {
            M: {
              Type: 'Map',
              MaxConcurrency: 2,
              ItemProcessor: machine('D', {
                D: task('double', { Next: 'F' }),
                F: task('flaky', { End: true }),
              }),
              End: true,
            },
          }),
          machine('T', { T: task('double', { End: true }) }),
        ],
        End: true,
      },
    }),
    input: '[1,2,3]',
    redrives: 12,
  },
};
