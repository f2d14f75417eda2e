import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '../../../src/workflow/json.js';
import { distributed, inline, inState } from './definitions.js';

type Fields = Readonly<Record<string, JsonValue>>;
type Case = readonly [state: Fields, ...problems: string[]];

const invoke = 'arn:aws:states:::lambda:invoke';
const fn = 'arn:aws:lambda:us-east-1:123456789012:function:f';
const getObject = 'arn:aws:states:::s3:getObject';
const pass = { Type: 'Pass', End: true };
const wait = { Type: 'Wait', End: true };
const task = { Type: 'Task', Resource: fn, End: true };
const map = { Type: 'Map', ItemProcessor: inline, End: true };
const wide = { Type: 'Map', ItemProcessor: distributed, End: true };
const jsonata = { QueryLanguage: 'JSONata' };
const notPath = 'Value must be a valid JSONPath.';
const notReference = 'Value is not a Reference Path';
const oneOfNextEnd = 'This object should have only one of the following fields: [Next, End] @ A';

/** Also the cases of one kind that AWS takes: they have no problems. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  'a state has a type': [
    [{ End: true }, 'These fields are required: [Type] @ A'],
    [
      { Type: 'TypeThatDoesNotExist', End: true },
      "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] @ A/Type",
    ],
    [
      { Type: 'constructor', End: true },
      "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] @ A/Type",
    ],
  ],
  'a state has only the fields of its type': [
    [{ ...pass, TimeoutSeconds: 1 }, "Field 'TimeoutSeconds' is not supported @ A"],
    [
      { ...pass, Catch: [], Retry: [] },
      "Field 'Catch' is not supported @ A",
      "Field 'Retry' is not supported @ A",
    ],
    [{ ...pass, toString: 1 }, "Field 'toString' is not supported @ A"],
    [{ Type: 'Succeed', End: true }, "Field 'End' is not supported @ A"],
    [{ Type: 'Fail', Assign: {} }, "Field 'Assign' is not supported @ A"],
    [{ ...pass, Comment: 1 }, 'Expected value of type String @ A/Comment'],
  ],
  'a state goes on or ends, and not both': [
    [{ Type: 'Pass' }, oneOfNextEnd],
    [{ Type: 'Pass', End: false }, oneOfNextEnd],
    [
      { ...pass, Next: 'Done' },
      'There should only be one of the following fields: [Next, End] @ A',
    ],
    [{ Type: 'Pass', End: false, Next: 'Done' }],
    [{ Type: 'Pass', End: 'yes' }, 'Expected value of type Boolean @ A/End'],
  ],
  'fields belong to a query language': [
    [
      { ...pass, Output: 1 },
      "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage @ A",
    ],
    [
      { ...pass, ...jsonata, InputPath: '$', Result: 1 },
      "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage @ A",
      "The QueryLanguage is set to 'JSONata', but field 'Result' is only supported for the 'JSONPath' QueryLanguage @ A",
    ],
    [
      { ...pass, QueryLanguage: 'jsonata', Output: 1 },
      'Value should be one of the following: [JSONPath, JSONata] @ A/QueryLanguage',
    ],
    [
      { ...pass, QueryLanguage: 5, InputPath: '$' },
      "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage @ A",
      'Expected value of type [STRING] @ A/QueryLanguage',
    ],
  ],
  'paths are paths, and those that name one node name one': [
    [{ ...pass, InputPath: 'Test' }, `${notPath} @ A/InputPath`],
    [{ ...pass, OutputPath: '$.a[' }, `${notPath} @ A/OutputPath`],
    [{ ...pass, InputPath: null, OutputPath: null, ResultPath: null }],
    [{ ...pass, InputPath: '$.a[*].b', OutputPath: '$$.Execution.Id', ResultPath: "$.a['b:c,*']" }],
    [{ ...pass, InputPath: '$variable.x' }],
    [
      { ...pass, ResultPath: 'a' },
      `${notReference}: Reference path didn't start with '$' @ A/ResultPath`,
    ],
    [{ ...pass, ResultPath: '$.a[*]' }, `${notReference}: Illegal use of '*' @ A/ResultPath`],
    [{ ...pass, ResultPath: '$.a[0,1]' }, `${notReference}: Illegal use of ',' @ A/ResultPath`],
    [
      { ...pass, ResultPath: '$$.a' },
      `${notReference}: Reference path must begin with the input @ A/ResultPath`,
    ],
    [
      { ...pass, ResultPath: '$a' },
      `${notReference}: Reference path must begin with the input @ A/ResultPath`,
    ],
  ],
  'templates have paths and intrinsic functions where their names say so': [
    [{ ...pass, Parameters: { 'a.$': '$.b', c: [{ 'd.$': "States.Format('{}', $x)" }] } }],
    [
      { ...pass, Parameters: { 'a.$': 'b' } },
      "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call @ A/Parameters",
    ],
    [
      { ...pass, Parameters: { a: [{ 'b.$': 1 }] } },
      "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call @ A/Parameters/a[0]",
    ],
    [
      { ...pass, Parameters: { 'a.$': 'States.Nothing()' } },
      "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call @ A/Parameters",
    ],
    [{ ...pass, Parameters: { a: '{% not JSONata %}' } }],
  ],
  'variables have names': [
    [{ ...pass, Assign: { a: 1, 'b_2.$': '$.x', ä: 2, constructor: 3 } }],
    [{ ...pass, Assign: [] }, 'Expected value of type Object @ A/Assign'],
    [
      { ...pass, Assign: { states: 1 } },
      "RESERVED_VARIABLE_NAME Cannot assign to reserved variable '$states'. @ A/Assign",
    ],
    [
      { ...pass, Assign: { '1a': 1 } },
      "INVALID_VARIABLE_NAME Invalid variable name '1a': the variable name contains invalid characters. @ A/Assign",
    ],
    [{ ...pass, Assign: { ['a'.repeat(80)]: 1 } }],
    [
      { ...pass, Assign: { ['a'.repeat(81)]: 1 } },
      `INVALID_VARIABLE_NAME Invalid variable name '${'a'.repeat(81)}': the variable name exceeds the 80-character limit allowed by the service. @ A/Assign`,
    ],
  ],
  'a Wait waits for one thing': [
    [{ ...wait, Seconds: 0 }],
    [{ ...wait, SecondsPath: '$.a' }],
    [{ ...wait, Timestamp: '2016-03-14T01:59:00.123Z' }],
    [{ ...wait, Timestamp: '2024-02-29T01:59:00+05:30' }],
    [
      wait,
      'This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] @ A',
    ],
    [
      { ...wait, Seconds: 1, Timestamp: '2016-03-14T01:59:00Z' },
      'There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] @ A',
    ],
    [{ ...wait, Seconds: -1 }, 'Minimum value is 0 @ A/Seconds'],
    [{ ...wait, Seconds: 100_000_000 }, 'Maximum value is 99999999 @ A/Seconds'],
    [{ ...wait, Seconds: '1' }, 'Expected value of type Integer @ A/Seconds'],
    [{ ...wait, Seconds: 1.5 }, 'Expected value of type Integer @ A/Seconds'],
    ...[
      '2016-13-05T21:29:29Z',
      '2023-02-29T00:00:00Z',
      '05-12-2016T21:29:29Z',
      '2016-12-05 21:29:29Z',
      '2016-12-05T21:29:29',
    ].map(
      (Timestamp): Case => [
        { ...wait, Timestamp },
        'String does not match RFC3339 timestamp @ A/Timestamp',
      ],
    ),
  ],
  'a Task names a resource that there is': [
    [{ Type: 'Task', End: true }, 'These fields are required: [Resource] @ A'],
    [{ ...task, Resource: 'f' }, 'Value is not a valid resource ARN @ A/Resource'],
    ...[
      'arn:aws:states:::dynamodb:query',
      'arn:aws:states:::lambda:invoke.sync',
      'arn:aws:states:::sqs:sendMessage.sync:2',
      'arn:aws:states:::aws-sdk:sfn:startExecution.sync',
      'arn:aws:states:::constructor:invoke',
      'arn:aws:lambda:us-east-1:123456789012:function',
      'arn:aws:swf:us-east-1:123456789012:task:X',
    ].map(
      (Resource): Case => [
        { ...task, Resource },
        `The resource provided ${Resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. @ A/Resource`,
      ],
    ),
    [{ ...task, Resource: 'arn:aws:states:us-east-1:123456789012:activity:a' }],
  ],
  'a service is told what it needs': [
    [{ ...task, Resource: invoke }, `Parameters field is required for resource ARN: ${invoke} @ A`],
    [
      { ...task, ...jsonata, Resource: invoke },
      `Arguments field is required for resource ARN: ${invoke} @ A`,
    ],
    [
      { ...task, Resource: invoke, Parameters: { Payload: {} } },
      "The field 'FunctionName' is required but was missing @ A/Parameters",
    ],
    [{ ...task, Resource: invoke, Parameters: { 'FunctionName.$': '$.f' } }],
    [
      { ...task, Resource: invoke, Parameters: { FunctionName: 'f', 'Name.$': '$.n' } },
      "The field 'Name' is not supported by Step Functions @ A/Parameters",
    ],
    [
      {
        ...task,
        ...jsonata,
        Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
        Arguments: { QueueUrl: 'q', MessageBody: {}, Body: 1 },
      },
      "The field 'Body' is not supported by Step Functions @ A/Arguments",
    ],
    [
      {
        ...task,
        Resource: 'arn:aws:states:::http:invoke',
        Parameters: { ApiEndpoint: 'https://a.b', Method: 'GET', Any: 1 },
      },
    ],
    [
      { ...task, Credentials: { Role: 'x' } },
      "The field 'RoleArn' is required but was missing @ A/Credentials",
    ],
    [{ ...task, Credentials: { 'RoleArn.$': '$.role' } }],
    [
      {
        ...task,
        Resource: 'arn:aws:states:us-east-1:123456789012:activity:a',
        Credentials: { RoleArn: 'x' },
      },
      "The field 'Credentials' is not supported for activities @ A",
    ],
  ],
  'timeouts are whole seconds, and heartbeats come sooner': [
    [{ ...task, TimeoutSeconds: 2, HeartbeatSeconds: 1 }],
    [{ ...task, TimeoutSeconds: 0 }, 'Minimum value is 1 @ A/TimeoutSeconds'],
    [
      { ...task, TimeoutSeconds: 2, HeartbeatSeconds: 2 },
      'Value must be less than the value of TimeoutSeconds @ A/HeartbeatSeconds',
    ],
    [
      { ...task, TimeoutSeconds: 2, TimeoutSecondsPath: '$.a' },
      'There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath] @ A',
    ],
  ],
  'errors are retried and caught': [
    [
      {
        ...task,
        Retry: [{ ErrorEquals: ['a'], IntervalSeconds: 0, MaxAttempts: 0, BackoffRate: 1 }],
      },
    ],
    [
      { ...task, Retry: [{ MaxAttempts: -1, BackoffRate: 0.5, MaxDelaySeconds: 31_622_401 }] },
      'These fields are required: [ErrorEquals] @ A/Retry[0]',
      'Minimum value is 0 @ A/Retry[0]/MaxAttempts',
      'Minimum value is 1 @ A/Retry[0]/BackoffRate',
      'Maximum value is 31622400 @ A/Retry[0]/MaxDelaySeconds',
    ],
    [
      { ...task, Retry: [{ ErrorEquals: [], JitterStrategy: 'SOME' }] },
      'Value cannot be empty @ A/Retry[0]/ErrorEquals',
      'Value should be one of the following: [NONE, FULL] @ A/Retry[0]/JitterStrategy',
    ],
    [
      { ...task, Retry: [{ ErrorEquals: ['States.ALL', 'a'] }] },
      'States.ALL must appear alone and at end of list @ A/Retry[0]/ErrorEquals',
    ],
    [
      { ...task, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }, { ErrorEquals: ['a'] }] },
      'States.ALL must appear alone and at end of list @ A/Catch[0]/ErrorEquals',
      'These fields are required: [Next] @ A/Catch[1]',
    ],
    [{ ...task, Catch: {} }, 'Expected value of type Array @ A/Catch'],
  ],
  'a Fail says what failed once': [
    [{ Type: 'Fail', ErrorPath: '$.a', CausePath: "States.Format('{}', $.b)" }],
    [
      { Type: 'Fail', Cause: 'x', CausePath: '$.x' },
      'There should only be one of the following fields: [Cause, CausePath] @ A',
    ],
    [{ Type: 'Fail', ErrorPath: 'x' }, `${notPath} @ A/ErrorPath`],
  ],
  'a Map has a processor, inline or distributed': [
    [map],
    [
      { Type: 'Map', End: true },
      'This object should have only one of the following fields: [ItemProcessor, Iterator] @ A',
    ],
    [
      { ...map, Iterator: inline },
      'There should only be one of the following fields: [ItemProcessor, Iterator] @ A',
    ],
    [{ ...map, MaxConcurrency: -1 }, 'Minimum value is 0 @ A/MaxConcurrency'],
    [
      { ...wide, ToleratedFailurePercentage: 100.5 },
      'Maximum value is 100 @ A/ToleratedFailurePercentage',
    ],
    [
      {
        ...map,
        ItemProcessor: { ...inline, ProcessorConfig: { Mode: 'INLINE', ExecutionType: 'EXPRESS' } },
      },
      "Field 'ExecutionType' is not supported @ A/ItemProcessor/ProcessorConfig",
    ],
    [
      { ...map, ItemProcessor: { ...inline, ProcessorConfig: { Mode: 'DISTRIBUTED' } } },
      'These fields are required: [ExecutionType] @ A/ItemProcessor/ProcessorConfig',
    ],
    [
      { ...map, ItemProcessor: { ...inline, QueryLanguage: 'JSONata' } },
      "Field 'QueryLanguage' is not supported @ A/ItemProcessor",
    ],
    [
      { ...map, ItemProcessor: { StartAt: 'x' } },
      'These fields are required: [States] @ A/ItemProcessor',
    ],
    [{ ...map, ItemProcessor: [] }, 'Expected value of type Object @ A/ItemProcessor'],
    [{ ...map, ItemBatcher: { MaxItemsPerBatch: 1 } }, "Field 'ItemBatcher' is not supported @ A"],
  ],
  'a distributed Map reads, batches and writes': [
    [
      {
        ...wide,
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
          Parameters: { Bucket: 'b', 'Key.$': '$.k' },
        },
        ItemBatcher: { MaxItemsPerBatch: 10, BatchInput: { 'a.$': '$.b' } },
        ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b' } },
        Label: 'label',
      },
    ],
    [
      {
        ...wide,
        ItemReader: {
          Resource: 'arn:aws:states:::s3:putObject',
          ReaderConfig: { InputType: 'XML' },
        },
      },
      "The field 'Resource' does not match any of the allowed values @ A/ItemReader/Resource",
      'Value should be one of the following: [CSV, JSON, JSONL, PARQUET, MANIFEST] @ A/ItemReader/ReaderConfig/InputType',
    ],
    [
      {
        ...wide,
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: {
            InputType: 'CSV',
            CSVHeaderLocation: 'GIVEN',
            MaxItems: 1,
            MaxItemsPath: '$.x',
          },
        },
      },
      'There should only be one of the following fields: [MaxItems, MaxItemsPath] @ A/ItemReader/ReaderConfig',
      'These fields are required: [CSVHeaders] @ A/ItemReader/ReaderConfig',
    ],
    [
      { ...wide, ItemBatcher: { MaxItemsPerBatch: 0 } },
      'Minimum value is 1 @ A/ItemBatcher/MaxItemsPerBatch',
    ],
  ],
  'a reader of CSV says where the names of columns are, and one of JSON does not': [
    [
      { ...wide, ItemReader: { Resource: getObject, ReaderConfig: { InputType: 'CSV' } } },
      "The field 'CSVHeaderLocation' is required @ A/ItemReader/ReaderConfig",
    ],
    [
      {
        ...wide,
        ItemReader: {
          Resource: getObject,
          ReaderConfig: { InputType: 'JSON', CSVHeaderLocation: 'FIRST_ROW' },
        },
      },
      "Field 'CSVHeaderLocation' is not supported @ A/ItemReader/ReaderConfig",
    ],
  ],
  'values have the type of their field': [
    [{ ...task, Resource: 1 }, 'Expected value of type String @ A/Resource'],
    [{ ...task, ResultSelector: 1 }, 'Expected value of type Object @ A/ResultSelector'],
    [{ ...task, ResultPath: 1 }, 'Expected value of type String @ A/ResultPath'],
    [{ ...task, InputPath: 1 }, 'Expected value of type String @ A/InputPath'],
    [{ ...task, TimeoutSecondsPath: 1 }, 'Expected value of type String @ A/TimeoutSecondsPath'],
    [
      { ...task, Retry: [{ ErrorEquals: 'a', BackoffRate: '2' }] },
      'Expected value of type Array @ A/Retry[0]/ErrorEquals',
      'Expected value of type Number @ A/Retry[0]/BackoffRate',
    ],
    [{ ...wait, Timestamp: 1 }, 'Expected value of type String @ A/Timestamp'],
    [
      { ...wide, ItemReader: { Resource: getObject, ReaderConfig: 1 } },
      'Expected value of type Object @ A/ItemReader/ReaderConfig',
    ],
    [
      { ...map, ItemProcessor: { StartAt: 'x', States: [] } },
      'Expected value of type Object @ A/ItemProcessor/States',
    ],
    [
      { Type: 'Parallel', End: true, Branches: [1] },
      'Expected value of type Object @ A/Branches[0]',
    ],
  ],
  'a Parallel has branches': [
    [{ Type: 'Parallel', End: true }, 'These fields are required: [Branches] @ A'],
    [{ Type: 'Parallel', End: true, Branches: [] }, 'Value cannot be empty @ A/Branches'],
    [
      { Type: 'Parallel', End: true, Branches: [{ ...inline, TimeoutSeconds: 1 }] },
      "Field 'TimeoutSeconds' is not supported @ A/Branches[0]",
    ],
    [
      {
        Type: 'Parallel',
        End: true,
        Branches: [{ StartAt: 'B', States: { B: { Type: 'Pass' } } }],
      },
      'This object should have only one of the following fields: [Next, End] @ A/Branches[0]/States/B',
    ],
  ],
};

for (const [rule, list] of Object.entries(cases)) {
  test(rule, () => {
    for (const [state, ...problems] of list) {
      assert.deepEqual(inState(state), problems, JSON.stringify(state));
    }
  });
}

test('Express machines wait for nothing outside, and neither do express items of a Standard one', () => {
  const resources: Readonly<Record<string, string>> = {
    'arn:aws:states:us-east-1:123456789012:activity:a':
      'Express state machine does not support Activity ARN',
    'arn:aws:states:::states:startExecution.waitForTaskToken':
      "Express state machine does not support '.waitForTaskToken' service integration ",
    'arn:aws:states:::states:startExecution.sync:2':
      "Express state machine does not support '.sync' service integration ",
  };
  const Parameters = { StateMachineArn: 's' };
  for (const [Resource, message] of Object.entries(resources)) {
    const state = { ...task, Resource, Parameters };
    assert.deepEqual(inState(state), []);
    assert.deepEqual(inState(state, {}, 'EXPRESS'), [`${message} @ A/Resource`]);
    const ItemProcessor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
      StartAt: 'I',
      States: { I: state },
    };
    assert.deepEqual(inState({ ...map, ItemProcessor }), [
      `${message} @ A/ItemProcessor/States/I/Resource`,
    ]);
  }
  assert.deepEqual(inState(wide, {}, 'EXPRESS'), [
    "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines @ A/ItemProcessor/ProcessorConfig/Mode",
  ]);
});

test('a machine in JSONata has no states in JSONPath, and what they lack beside that is still told', () => {
  const mixed =
    "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine @ A";
  assert.deepEqual(inState({ ...pass, QueryLanguage: 'JSONPath', Output: 1 }, jsonata), [mixed]);
  assert.deepEqual(inState({ ...map, QueryLanguage: 'JSONPath', MaxConcurrency: -1 }, jsonata), [
    mixed,
    'Minimum value is 0 @ A/MaxConcurrency',
  ]);
});

test('what a Map or Parallel is written in says nothing of the states in it', () => {
  const inner = { StartAt: 'I', States: { I: { ...pass, Output: 1 } } };
  const message =
    "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage @ A";
  assert.deepEqual(inState({ ...map, ...jsonata, ItemProcessor: inner }), [
    `${message}/ItemProcessor/States/I`,
  ]);
  const parallel = { Type: 'Parallel', End: true, ...jsonata, Branches: [inner] };
  assert.deepEqual(inState(parallel), [`${message}/Branches[0]/States/I`]);
  assert.deepEqual(inState(parallel, jsonata), []);
});
