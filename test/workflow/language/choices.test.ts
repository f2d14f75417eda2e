import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '../../../src/workflow/json.js';
import { inState } from './definitions.js';

type Fields = Readonly<Record<string, JsonValue>>;

const problemsOf = (rule: JsonValue, machine: Fields = {}) =>
  inState({ Type: 'Choice', Choices: [rule], Default: 'Done' }, machine);

const rule = { Variable: '$.a', Next: 'Done' };
const forms =
  'The object must have only one of the following fields, [And, Or, Not, Variable, Condition]';

test('a Choice has rules', () => {
  assert.deepEqual(inState({ Type: 'Choice' }), ['These fields are required: [Choices] @ A']);
  assert.deepEqual(inState({ Type: 'Choice', Choices: [] }), ['Value cannot be empty @ A/Choices']);
});

test('a rule compares a variable in one way', () => {
  assert.deepEqual(problemsOf({ ...rule, IsNull: true }), []);
  assert.match(
    problemsOf(rule)[0] ?? '',
    /^This object should have only one of .*\[StringEquals, /,
  );
  assert.match(
    problemsOf({ ...rule, IsNull: true, IsString: true })[0] ?? '',
    /^There should only be one of the following fields: \[StringEquals, /,
  );
  assert.deepEqual(problemsOf({ Next: 'Done', IsNull: true }), [`${forms} @ A/Choices[0]`]);
  assert.deepEqual(problemsOf({ Next: 'Done', Variable: 'a', IsNull: true }), [
    "Value is not a Reference Path: Reference path didn't start with '$' @ A/Choices[0]/Variable",
  ]);
});

test('each operator takes values of its type', () => {
  const operands: Readonly<
    Record<string, readonly [right: JsonValue, wrong: JsonValue, message: string]>
  > = {
    StringEquals: ['x', 1, 'Expected value of type String'],
    StringMatches: ['a*', null, 'Expected value of type String'],
    NumericLessThan: [1.5, '1', 'Expected value of type Number'],
    BooleanEquals: [false, 'false', 'Expected value of type Boolean'],
    TimestampEquals: ['2016-03-14T01:59:00Z', '2016', 'String does not match RFC3339 timestamp'],
    IsPresent: [true, 1, 'Expected value of type Boolean'],
    StringEqualsPath: [
      '$variable.a',
      'a',
      "Value is not a Reference Path: Reference path didn't start with '$'",
    ],
  };
  for (const [name, [right, wrong, message]] of Object.entries(operands)) {
    assert.deepEqual(problemsOf({ ...rule, [name]: right }), []);
    assert.deepEqual(problemsOf({ ...rule, [name]: wrong }), [`${message} @ A/Choices[0]/${name}`]);
  }
});

test('rules are joined by And, Or and Not, and only the outermost leads on', () => {
  const inner = { Variable: '$.a', IsNull: true };
  assert.deepEqual(problemsOf({ Or: [{ And: [{ Not: inner }] }], Next: 'Done' }), []);
  assert.deepEqual(problemsOf({ Not: inner }), [
    'These fields are required: [Next] @ A/Choices[0]',
  ]);
  assert.deepEqual(problemsOf({ And: [], Next: 'Done' }), [
    'Value cannot be empty @ A/Choices[0]/And',
  ]);
  assert.deepEqual(problemsOf({ And: [{ ...inner, Next: 'Done' }], Next: 'Done' }), [
    "Field 'Next' is not supported @ A/Choices[0]/And[0]",
  ]);
  assert.deepEqual(problemsOf({ And: [inner], Or: [inner], Next: 'Done' }), [
    `${forms} @ A/Choices[0]`,
  ]);
  assert.deepEqual(problemsOf({ And: [inner], IsNull: true, Next: 'Done' }), [
    "Field 'IsNull' is not supported @ A/Choices[0]",
  ]);
  assert.deepEqual(problemsOf({ Not: { Not: {} }, Next: 'Done' }), [
    `${forms} @ A/Choices[0]/Not/Not`,
  ]);
});

test('in JSONata a rule is a condition', () => {
  const jsonata = { QueryLanguage: 'JSONata' };
  const Condition = '{% $states.input.a %}';
  assert.deepEqual(problemsOf({ Condition, Next: 'Done', Output: '{% 1 %}' }, jsonata), []);
  assert.deepEqual(problemsOf({ Condition, Next: 'Done' }), [
    "The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage @ A/Choices[0]",
  ]);
  assert.deepEqual(problemsOf({ Condition: true, Next: 'Done' }, jsonata), []);
  assert.deepEqual(problemsOf({ Condition: 'true', Next: 'Done' }, jsonata), [
    'JSONata string must start with {% and end with %} @ A/Choices[0]/Condition',
  ]);
  assert.deepEqual(problemsOf({ Condition: '{% phone = 1 %}', Next: 'Done' }, jsonata), [
    "UNSUPPORTED_JSONATA_EXPRESSION Reference to 'phone' at the top level is not supported. @ A/Choices[0]/Condition",
  ]);
});
