import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDefinition } from '../../../src/workflow/language/index.js';
import { problemsOf } from './definitions.js';

const schema = 'SCHEMA_VALIDATION_FAILED';
const target = 'MISSING_TRANSITION_TARGET';
const ended = { Type: 'Pass', End: true };
const to = (Next: string) => ({ Type: 'Pass', Next });
const machine = (States: object, StartAt = 'A', more: object = {}) =>
  JSON.stringify({ StartAt, States, ...more });

test('a machine has a beginning, states, and nothing that it does not know', () => {
  assert.deepEqual(problemsOf('{}'), [
    `${schema} These fields are required: [StartAt, States] @ /`,
  ]);
  assert.deepEqual(problemsOf('{"StartAt":"A"}'), [
    `${schema} These fields are required: [States] @ /`,
  ]);
  assert.deepEqual(problemsOf(machine({})), [`${schema} Value cannot be empty @ /States`]);
  assert.deepEqual(problemsOf(machine({ A: 1 })), [
    `${schema} Expected value of type Object @ /States/A`,
  ]);
  const wrong = { Coment: '', Version: '2.0', TimeoutSeconds: -1, QueryLanguage: 'jsonata' };
  assert.deepEqual(problemsOf(machine({ A: ended }, 'A', wrong)), [
    `${schema} Field 'Coment' is not supported @ /`,
    `${schema} Value should be one of the following: [1.0] @ /Version`,
    `${schema} Minimum value is 0 @ /TimeoutSeconds`,
    `${schema} Value should be one of the following: [JSONPath, JSONata] @ /QueryLanguage`,
  ]);
});

test('every transition has a target in the same graph', () => {
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'y' }];
  const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:f';
  const Choices = [{ Variable: '$.a', IsPresent: true, Next: 'z' }];
  const states = {
    A: { Type: 'Task', Resource, Catch, Next: 'x' },
    B: { Type: 'Choice', Choices, Default: 'd' },
    C: { Type: 'Parallel', Branches: [{ StartAt: 'D', States: { D: to('A') } }], End: true },
  };
  assert.deepEqual(
    problemsOf(machine(states)).filter((problem) => problem.includes("'Next'")),
    [
      `${target} Missing 'Next' target: x @ /States/A/Next`,
      `${target} Missing 'Next' target: y @ /States/A/Catch[0]/Next`,
      `${target} Missing 'Next' target: z @ /States/B/Choices[0]/Next`,
      `${target} Missing 'Next' target: d @ /States/B/Default`,
      `${target} Missing 'Next' target: A @ /States/C/Branches[0]/States/D/Next`,
    ],
  );
});

test('every state can be reached, and none is another by a name of JavaScript', () => {
  assert.deepEqual(problemsOf(machine({ A: ended, 'a/b': ended })), [
    `${target} State "a/b" is not reachable. @ /States/a/b`,
  ]);
  assert.deepEqual(problemsOf(machine({ A: ended }, 'toString')), [
    `${target} Missing 'Next' target: toString @ /StartAt`,
    `${target} State "A" is not reachable. @ /States/A`,
  ]);
  const ghost = { StartAt: 'W', States: { W: ended, Ghost: ended } };
  assert.deepEqual(problemsOf(machine({ A: { Type: 'Map', ItemProcessor: ghost, End: true } })), [
    `${target} State "Ghost" is not reachable. @ /States/A/ItemProcessor/States/Ghost`,
  ]);
  const names =
    '{"StartAt":"__proto__","States":{"__proto__":{"Type":"Pass","Next":"constructor"},"constructor":{"Type":"Pass","End":true}}}';
  assert.deepEqual(problemsOf(names), []);
});

test('a machine can end; whether what is in it can is not asked', () => {
  const noEnd = 'MISSING_END_STATE Workflow has no terminal state @ nowhere';
  const loop = { A: to('B'), B: to('A') };
  assert.deepEqual(problemsOf(machine(loop)), [noEnd]);
  assert.deepEqual(problemsOf(machine({ ...loop, C: to('A') })), [noEnd]);
  assert.deepEqual(problemsOf(machine({ A: to('x') })), [
    `${target} Missing 'Next' target: x @ /States/A/Next`,
    noEnd,
  ]);
  const nested = { StartAt: 'C', States: { C: to('D'), D: to('C') } };
  assert.deepEqual(
    problemsOf(machine({ A: { Type: 'Map', ItemProcessor: nested, End: true } })),
    [],
  );
});

test('names are short, and unique in the whole machine; so are labels', () => {
  const long = 'n'.repeat(81);
  assert.deepEqual(problemsOf(machine({ [long]: ended }, long)), [
    `INVALID_STATE_NAME Invalid State name: ${long} exceeds the 80-character limit allowed by the service @ /States/${long}`,
  ]);
  const map = (Label: string, name: string, more: object) => ({
    Type: 'Map',
    Label,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: name,
      States: { [name]: ended },
    },
    ...more,
  });
  const twice = { A: map('l', 'I', { Next: 'B' }), B: map('l', 'I', { End: true }) };
  assert.deepEqual(problemsOf(machine(twice)), [
    'DUPLICATE_LABEL_NAME Duplicate Label name: l @ /States/B/Label',
    'DUPLICATE_STATE_NAME Duplicate State name: I @ /States/B/ItemProcessor/States/I',
  ]);
  for (const label of ['x'.repeat(41), '', ...'#*,:?\r\t\n ;<>[]{}"%\\^|~`$&'].map(
    (char) => `a${char}`,
  )) {
    if (label === 'a') continue;
    const problems = problemsOf(machine({ A: map(label, 'I', { End: true }) }));
    assert.match(problems[0] ?? '', /^INVALID_LABEL_NAME /, JSON.stringify(label));
  }
});

test('what is wrong with single objects is told before what is wrong with graphs', () => {
  assert.deepEqual(problemsOf(machine({ A: to('x'), B: { Type: 'Pass' } })), [
    `${schema} This object should have only one of the following fields: [Next, End] @ /States/B`,
  ]);
});

test('CreateStateMachine tells all of it in one sentence', () => {
  const parsed = parseDefinition(machine({ A: to('x') }), 'STANDARD');
  assert.ok(parsed.kind === 'invalid');
  assert.equal(
    parsed.message,
    "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: x at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null'",
  );
});

test('what looks like a path where none is read is a warning, and the definition is valid', () => {
  const state = { ...ended, Parameters: { a: '$.b', c: "States.Format('')" }, Result: '$.x' };
  const parsed = parseDefinition(machine({ A: state }), 'STANDARD');
  assert.ok(parsed.kind === 'valid');
  assert.deepEqual(
    parsed.warnings.map(({ severity, code, location }) => [severity, code, location]),
    [
      ['WARNING', 'NO_DOLLAR', '/States/A/Parameters/a'],
      ['WARNING', 'NO_DOLLAR', '/States/A/Parameters/c'],
      ['WARNING', 'PASS_RESULT_IS_STATIC', '/States/A/Result'],
    ],
  );
});

test('a text in a place that a path has under another name is a warning', () => {
  const choice = {
    Type: 'Choice',
    Choices: [{ Variable: '$.a', StringEquals: '$.b', Next: 'F' }],
  };
  const fail = { Type: 'Fail', Error: '$.error', Cause: 'costs $5' };
  const parsed = parseDefinition(machine({ A: { ...choice, Default: 'F' }, F: fail }), 'STANDARD');
  assert.ok(parsed.kind === 'valid');
  assert.deepEqual(
    parsed.warnings.map(({ code, location }) => [code, location]),
    [
      ['NO_PATH', '/States/A/Choices[0]/StringEquals'],
      ['NO_PATH', '/States/F/Error'],
    ],
  );
});
