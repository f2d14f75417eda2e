/** TestState: what it says of states that go on, that fail, and of what is mocked. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HearthError } from '../../../src/types/index.js';
import { isJsonObject, type JsonObject } from '../../../src/workflow/json.js';
import type { TestStateAnswer } from '../../../src/workflow/test-state/index.js';
import { TestStateLab } from './lab.js';

const role = 'arn:aws:iam::123456789012:role/r';
const invoke = 'arn:aws:lambda:us-east-1:123456789012:function:f';

function inspection({ inspectionData = {} }: TestStateAnswer): JsonObject {
  return Object.fromEntries(
    Object.entries(inspectionData).map(([name, value]) => [
      name,
      typeof value === 'string' ? JSON.parse(value) : value,
    ]),
  );
}

function refused(code: string, message: string) {
  return (error: unknown) =>
    error instanceof HearthError && error.code === code && error.message === message;
}

const readerMap = {
  Type: 'Map',
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    Parameters: { Bucket: 'b', Key: 'k' },
  },
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'P',
    States: { P: { Type: 'Pass', End: true } },
  },
  End: true,
};
const readerMock = {
  inspectionLevel: 'DEBUG',
  mock: { result: '[1]' },
  stateConfiguration: { mapItemReaderData: '[1,2,3,4]' },
} as const;

describe('a state in JSONPath', () => {
  it('shows its data after each step', async () => {
    const state = {
      Type: 'Task',
      Resource: invoke,
      InputPath: '$.a',
      Parameters: { 'Payload.$': '$.b' },
      ResultSelector: { 'picked.$': '$.Payload' },
      ResultPath: '$.result',
      OutputPath: '$.result',
      Next: 'Then',
    };
    const answer = await new TestStateLab().test(state, {
      input: '{"a":{"b":1}}',
      inspectionLevel: 'DEBUG',
      mock: { result: '{"Payload":2}' },
    });
    assert.equal(answer.status, 'SUCCEEDED');
    assert.equal(answer.output, '{"picked":2}');
    assert.equal(answer.nextState, 'Then');
    assert.deepEqual(inspection(answer), {
      input: { a: { b: 1 } },
      afterInputPath: { b: 1 },
      afterParameters: { Payload: 1 },
      result: { Payload: 2 },
      afterResultSelector: { picked: 2 },
      afterResultPath: { a: { b: 1 }, result: { picked: 2 } },
    });
  });

  it('gives what it leaves untouched as the text that came in', async () => {
    const answer = await new TestStateLab().test(
      { Type: 'Pass', End: true },
      { input: '{ "a":  1 }' },
    );
    assert.deepEqual(answer, { status: 'SUCCEEDED', output: '{ "a":  1 }' });
  });

  it('chooses', async () => {
    const state = {
      Type: 'Choice',
      Choices: [{ Variable: '$.x', NumericEquals: 1, Next: 'One' }],
      Default: 'Other',
    };
    const lab = new TestStateLab();
    assert.equal((await lab.test(state, { input: '{"x":1}' })).nextState, 'One');
    assert.equal((await lab.test(state, { input: '{"x":2}' })).nextState, 'Other');
  });

  it('knows variables and shows those that it assigns', async () => {
    const answer = await new TestStateLab().test(
      { Type: 'Pass', Assign: { 'b.$': '$a' }, End: true },
      { variables: '{"a":1}', inspectionLevel: 'TRACE' },
    );
    assert.deepEqual(inspection(answer).variables, { a: 1, b: 1 });
  });

  it('selects and batches the items of a Map', async () => {
    const state = {
      Type: 'Map',
      ItemsPath: '$.list',
      ItemSelector: { 'at.$': '$$.Map.Item.Index', 'of.$': '$$.Map.Item.Value' },
      ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'all.$': '$.all' } },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'P',
        States: { P: { Type: 'Pass', End: true } },
      },
      End: true,
    };
    const answer = await new TestStateLab().test(state, {
      input: '{"list":["a","b","c"],"all":true}',
      inspectionLevel: 'DEBUG',
      mock: { result: '[1]' },
    });
    const items = ['a', 'b', 'c'].map((of, at) => ({ at, of }));
    const shown = inspection(answer);
    assert.deepEqual(shown.afterItemSelector, items);
    assert.deepEqual(shown.afterItemBatcher, [
      { BatchInput: { all: true }, Items: items.slice(0, 2) },
      { BatchInput: { all: true }, Items: items.slice(2) },
    ]);
    assert.equal(answer.inspectionData?.afterItemsPath, '["a", "b", "c"]');
    assert.equal(shown.maxConcurrency, 0);
  });

  it('reads what a mocked source holds as a run reads it', async () => {
    const state = {
      Type: 'Map',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
        Parameters: { Bucket: 'b', Key: 'k' },
      },
      ItemSelector: { 'of.$': '$$.Map.Item.Value' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'P',
        States: { P: { Type: 'Pass', End: true } },
      },
      End: true,
    };
    const answer = await new TestStateLab().test(state, {
      inspectionLevel: 'DEBUG',
      mock: { result: '[1]' },
      stateConfiguration: { mapItemReaderData: 'a,b\n"one\ntwo",3\n' },
    });
    assert.deepEqual(inspection(answer).afterItemSelector, [{ of: { a: 'one\ntwo', b: '3' } }]);
  });

  it('takes the numbers of a Map, its reader and its batcher from the input', async () => {
    const input = { max: 3, batch: '2', at: 5, count: 1, percent: '12.5' };
    const answer = await new TestStateLab().test(
      {
        ...readerMap,
        ItemReader: {
          ...readerMap.ItemReader,
          ReaderConfig: { InputType: 'JSON', MaxItemsPath: '$.max' },
        },
        ItemBatcher: { MaxItemsPerBatchPath: '$.batch' },
        MaxConcurrencyPath: '$.at',
        ToleratedFailureCountPath: '$.count',
        ToleratedFailurePercentagePath: '$.percent',
      },
      { ...readerMock, input: JSON.stringify(input) },
    );
    const shown = inspection(answer);
    assert.deepEqual(shown.afterItemBatcher, [{ Items: [1, 2] }, { Items: [3] }]);
    const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = shown;
    assert.deepEqual(
      [maxConcurrency, toleratedFailureCount, toleratedFailurePercentage],
      [5, 1, 12.5],
    );
  });

  it('fails a Map whose paths lead to no number, as its execution would', async () => {
    const answer = await new TestStateLab().test(
      { ...readerMap, MaxConcurrencyPath: '$.at' },
      { ...readerMock, input: '{"at":"many"}' },
    );
    assert.equal(answer.status, 'FAILED');
    assert.equal(
      answer.cause,
      'The MaxConcurrencyPath field refers to value "many" which is not a valid integer: $.at',
    );
  });
});

describe('a state in JSONata', () => {
  it('takes the numbers of a Map, its reader and its batcher from expressions', async () => {
    const { ItemReader, ...map } = readerMap;
    const { Parameters: Arguments, ...reader } = ItemReader;
    const state = {
      ...map,
      QueryLanguage: 'JSONata',
      ItemReader: {
        ...reader,
        Arguments,
        ReaderConfig: { InputType: 'JSON', MaxItems: '{% $states.input.max %}' },
      },
      ItemBatcher: { MaxItemsPerBatch: '{% $states.input.batch %}' },
      ToleratedFailurePercentage: '{% $states.input.percent %}',
    };
    const input = '{"max":3,"batch":2,"percent":12.5}';
    const answer = await new TestStateLab().test(state, { ...readerMock, input });
    const shown = inspection(answer);
    assert.deepEqual(shown.afterItemBatcher, [{ Items: [1, 2] }, { Items: [3] }]);
    assert.equal(shown.toleratedFailurePercentage, 12.5);
    const wrong = await new TestStateLab().test(state, {
      ...readerMock,
      input: '{"max":3,"batch":2,"percent":"12"}',
    });
    assert.equal(wrong.error, 'States.QueryEvaluationError');
  });

  it('has $states, and shows arguments and result', async () => {
    const answer = await new TestStateLab().test(
      {
        Type: 'Task',
        QueryLanguage: 'JSONata',
        Resource: invoke,
        Arguments: { Payload: '{% $states.input.x %}' },
        Output: { got: '{% $states.result.Payload %}', by: '{% $states.context.State.Name %}' },
        End: true,
      },
      { input: '{"x":1}', inspectionLevel: 'TRACE', mock: { result: '{"Payload":2}' } },
    );
    assert.equal(answer.output, '{"got":2,"by":"StateName"}');
    assert.deepEqual(inspection(answer), {
      input: { x: 1 },
      afterArguments: { Payload: 1 },
      result: { Payload: 2 },
    });
  });

  it('fails with what an expression fails with', async () => {
    const answer = await new TestStateLab().test({
      Type: 'Pass',
      QueryLanguage: 'JSONata',
      Output: '{% $states.input.no %}',
      End: true,
    });
    assert.equal(answer.status, 'FAILED');
    assert.equal(answer.error, 'States.QueryEvaluationError');
  });

  it('reads the items that a reader would have found', async () => {
    const state = {
      Type: 'Map',
      QueryLanguage: 'JSONata',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', MaxItems: 1 },
        Arguments: { Bucket: 'b', Key: 'k' },
      },
      ItemSelector: { row: '{% $states.context.Map.Item.Value %}' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'P',
        States: { P: { Type: 'Pass', End: true } },
      },
      End: true,
    };
    const answer = await new TestStateLab().test(state, {
      inspectionLevel: 'DEBUG',
      stateConfiguration: { mapItemReaderData: 'a,b\n1,"x,""y"\n2,z\n' },
      mock: { result: '[]' },
    });
    assert.deepEqual(inspection(answer).afterItemSelector, [{ row: { a: '1', b: 'x,"y' } }]);
  });
});

describe('a failure', () => {
  const state = {
    Type: 'Task',
    Resource: invoke,
    Retry: [
      { ErrorEquals: ['Other'] },
      { ErrorEquals: ['Mine'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 2 },
    ],
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.why', Next: 'Rescue' }],
    End: true,
  };
  const mock = { errorOutput: { error: 'Mine', cause: 'so' } };

  it('is tried again while its retrier has tries left', async () => {
    const answer = await new TestStateLab().test(state, {
      inspectionLevel: 'DEBUG',
      stateConfiguration: { retrierRetryCount: 1 },
      mock,
    });
    assert.equal(answer.status, 'RETRIABLE');
    assert.deepEqual(answer.inspectionData?.errorDetails, {
      retryIndex: 1,
      retryBackoffIntervalSeconds: 6,
    });
  });

  it('is caught after the last try', async () => {
    const answer = await new TestStateLab().test(state, {
      input: '{"a":1}',
      inspectionLevel: 'DEBUG',
      stateConfiguration: { retrierRetryCount: 2 },
      mock,
    });
    assert.equal(answer.status, 'CAUGHT_ERROR');
    assert.equal(answer.nextState, 'Rescue');
    assert.deepEqual(JSON.parse(answer.output ?? ''), {
      a: 1,
      why: { Error: 'Mine', Cause: 'so' },
    });
    assert.deepEqual(answer.inspectionData?.errorDetails, { retryIndex: 1, catchIndex: 0 });
  });

  it('of a Fail state is final, and tells only what the state says', async () => {
    const answer = await new TestStateLab().test({ Type: 'Fail', Error: 'E' });
    assert.deepEqual(answer, { status: 'FAILED', error: 'E' });
  });

  it('is that of a Map where more iterations failed than are tolerated', async () => {
    const answer = await new TestStateLab().test(
      {
        Type: 'Map',
        ToleratedFailurePercentage: 40,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'P',
          States: { P: { Type: 'Pass', End: true } },
        },
        End: true,
      },
      {
        input: '[1,2]',
        stateConfiguration: { mapIterationFailureCount: 1 },
        mock: { result: '[1,2]' },
      },
    );
    assert.equal(answer.error, 'States.ExceedToleratedFailureThreshold');
  });
});

describe('without a mock', () => {
  const task = { Type: 'Task', Resource: invoke, Parameters: { a: 1 }, End: true };

  it('a Task is really performed', async () => {
    const lab = new TestStateLab();
    lab.report = { kind: 'succeeded', output: '{"b": 2}' };
    const answer = await lab.test(task, { roleArn: role });
    assert.equal(answer.output, '{"b": 2}');
    assert.equal(lab.asked[0]?.input, '{"a":1}');
  });

  it('a Task that does not end is given up after its time', async () => {
    const lab = new TestStateLab();
    lab.report = undefined;
    const answer = await lab.test({ ...task, TimeoutSeconds: 7 }, { roleArn: role }, 7000);
    assert.equal(answer.error, 'States.Timeout');
    assert.equal(lab.cancelled, 1);
  });

  it('a Wait takes its time, but never more than five minutes', async () => {
    const wait = { Type: 'Wait', Seconds: 3600, End: true };
    const answer = await new TestStateLab().test(wait, {}, 300_000);
    assert.equal(answer.error, 'States.Timeout');
  });
});

describe('a state of a machine', () => {
  const machine = {
    StartAt: 'A',
    QueryLanguage: 'JSONata',
    States: {
      A: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'B', States: { B: { Type: 'Pass', Output: 1, End: true } } }],
        End: true,
      },
    },
  };

  it('is found at any depth, and speaks the language of the machine', async () => {
    const answer = await new TestStateLab().test(machine, { stateName: 'B' });
    assert.equal(answer.output, '1');
  });

  it('has to be there', async () => {
    await assert.rejects(
      new TestStateLab().test(machine, { stateName: 'C' }),
      (error) => error instanceof HearthError && error.code === 'validation',
    );
  });
});

describe('the context object', () => {
  it('may be mocked, and is then no more than the mock', async () => {
    const state = { Type: 'Pass', Parameters: { 'c.$': '$$' }, End: true };
    const answer = await new TestStateLab().test(state, { context: '{"State":{"Name":"N"}}' });
    assert.equal(answer.output, '{"c":{"State":{"Name":"N"}}}');
  });

  it('has no fields but its own', async () => {
    const prefix = 'Invalid Context object provided: ';
    for (const [context, message] of [
      ['{"X":{}}', "Field 'X' is not allowed"],
      ['{"State":{"X":1}}', "Field 'X' is not allowed"],
      ['{"Map":{}}', "'Map' field is not supported when mocking a Context object"],
    ] as const) {
      await assert.rejects(
        new TestStateLab().test({ Type: 'Pass', End: true }, { context }),
        refused('validation', prefix + message),
      );
    }
  });

  it('is made up otherwise', async () => {
    const state = { Type: 'Pass', Parameters: { 'c.$': '$$' }, End: true };
    const { output = '' } = await new TestStateLab().test(state, { roleArn: role });
    const { c } = JSON.parse(output) as { c: { Execution: JsonObject; State: JsonObject } };
    assert.ok(isJsonObject(c));
    assert.equal(c.Execution.RoleArn, role);
    assert.match(String(c.Execution.Id), new RegExp(`:express:[^:]+:${c.Execution.Name}$`));
    assert.equal(c.State.RetryCount, 0);
  });
});

describe('a mock', () => {
  const task = {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution',
    Parameters: { StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m' },
    End: true,
  };

  it('must be an answer of the API that is mocked', async () => {
    const prefix = 'Mock result schema validation error: ';
    for (const [result, mode, message] of [
      ['{}', 'STRICT', "Required field 'ExecutionArn' is missing"],
      ['{"ExecutionArn":1}', 'PRESENT', "Field 'ExecutionArn' must be a string"],
    ] as const) {
      await assert.rejects(
        new TestStateLab().test(task, { mock: { result, fieldValidationMode: mode } }),
        refused('validation', prefix + message),
      );
    }
    const lax = { result: '{"ExecutionArn":1}', fieldValidationMode: 'NONE' } as const;
    assert.equal((await new TestStateLab().test(task, { mock: lax })).status, 'SUCCEEDED');
  });

  it('is refused where it makes no sense', async () => {
    const both = { result: '{}', errorOutput: { error: 'E' } };
    const pass = { Type: 'Pass', End: true };
    const parallel = {
      Type: 'Parallel',
      Branches: [{ StartAt: 'B', States: { B: pass } }],
      End: true,
    };
    for (const [state, more, message] of [
      [
        task,
        { mock: both },
        'A test mock should have only one of the following fields: [result, errorOutput].',
      ],
      [
        task,
        { mock: { result: '{}' }, revealSecrets: true },
        'TestState does not support RevealSecrets when a mock is specified.',
      ],
      [
        pass,
        { mock: { result: '{}' } },
        "State type 'Pass' is not supported when a mock is specified",
      ],
      [task, { mock: { result: 'no' } }, 'Mocked result must be valid JSON'],
      [parallel, { mock: { result: '{}' } }, 'Mocked result must be an array.'],
      [
        parallel,
        { mock: { result: '[1,2]' } },
        'Mocked result must contain the same number of items as number of Parallel branches.',
      ],
      [task, {}, 'RoleArn must be specified when testing a Task state'],
    ] as const) {
      await assert.rejects(new TestStateLab().test(state, more), refused('validation', message));
    }
  });
});
