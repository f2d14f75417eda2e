import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '../../../src/workflow/json.js';
import { parseDefinition, variableReferences } from '../../../src/workflow/language/index.js';
import { inState, machineOf } from './definitions.js';

const jsonata = { QueryLanguage: 'JSONata' };
const pass = { Type: 'Pass', End: true, ...jsonata };
const problemsOf = (Output: JsonValue) => inState({ ...pass, Output });

test('what does not parse is refused with the words of the parser', () => {
  const wrong: Readonly<Record<string, string>> = {
    'a[1,2)': 'Expected "]", got ","',
    '"unterminated': 'String literal must be terminated by a matching quote',
    '1 +': 'Unexpected end of expression',
    '{"a":}': 'The symbol "}" cannot be used as a unary operator',
    '$match("a", /abc': 'No terminating / in regular expression',
    '': 'Unexpected end of expression',
  };
  for (const [source, message] of Object.entries(wrong)) {
    assert.deepEqual(problemsOf(`{% ${source} %}`), [
      `INVALID_JSONATA_EXPRESSION ${message} @ A/Output`,
    ]);
  }
});

test('an expression has both its marks', () => {
  const message = 'JSONata string must start with {% and end with %} @ A/Output';
  for (const text of ['{% 1', '1 %}', '{%}']) assert.deepEqual(problemsOf(text), [message]);
  assert.deepEqual(problemsOf('no {% expression %} at all'), []);
});

test('expressions have no input of their own', () => {
  const refused: Readonly<Record<string, readonly string[]>> = {
    phone: ['phone'],
    'aaa + bbb + aaa': ['aaa', 'bbb'],
    '$.phone': ['$'],
    '{"k": a}': ['a'],
    '{a: 1}': ['a'],
    '[a]': ['a'],
    '$map($states.input.x, function($v){ b })': ['b'],
    'a ? b : c': ['a', 'b', 'c'],
    '($x := y; $x)': ['y'],
    '`a b`.c': ['a b'],
  };
  for (const [source, names] of Object.entries(refused)) {
    const problems = names.map(
      (name) =>
        `UNSUPPORTED_JSONATA_EXPRESSION Reference to '${name}' at the top level is not supported. @ A/Output/v`,
    );
    assert.deepEqual(problemsOf({ v: `{% ${source} %}` }), problems, source);
  }
  assert.deepEqual(problemsOf('{% $$.a %}'), [
    "UNSUPPORTED_JSONATA_EXPRESSION Reference to '$$' is not supported. @ A/Output",
  ]);
  const taken = [
    '$states.input.phone',
    '$states.input.items[phone > 3]',
    '$states.input.items^(>price).{"n": name}',
    '$states.input.items{category: $sum(price)}',
    '$map($states.input.a, function($x){ $x.phone })',
    '$anything',
  ];
  for (const source of taken) assert.deepEqual(problemsOf(`{% ${source} %}`), [], source);
});

test('errors are there for those who catch them', () => {
  const text = '{% $states.errorOutput.Cause %}';
  assert.deepEqual(problemsOf(text), [
    "UNSUPPORTED_JSONATA_EXPRESSION Field '$states.errorOutput' does not exist. @ A/Output",
  ]);
  const task = {
    Type: 'Task',
    ...jsonata,
    Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f',
    Catch: [{ ErrorEquals: ['a'], Next: 'Done', Output: text, Assign: { e: text } }],
    End: true,
  };
  assert.deepEqual(inState(task), []);
});

test('numbers and texts of a state may be expressions, and names and comments are none', () => {
  const bad = '{% x %}';
  const message = (at: string) =>
    `UNSUPPORTED_JSONATA_EXPRESSION Reference to 'x' at the top level is not supported. @ A/${at}`;
  assert.deepEqual(inState({ Type: 'Wait', ...jsonata, Seconds: bad, End: true }), [
    message('Seconds'),
  ]);
  assert.deepEqual(inState({ Type: 'Fail', ...jsonata, Error: bad, Cause: bad }), [
    message('Error'),
    message('Cause'),
  ]);
  assert.deepEqual(inState({ ...pass, Assign: { Next: [bad] } }), [message('Assign/Next[0]')]);
  assert.deepEqual(inState({ ...pass, Comment: bad }), []);
});

test('what doubles the work of the parser, or is very much, is not parsed to the end', () => {
  const twice = `${'('.repeat(60)}a${'??b)'.repeat(60)}`;
  assert.deepEqual(problemsOf(`{% ${twice} %}`), []);
  assert.deepEqual(problemsOf(`{% ${'('.repeat(50_000)} %}`), [
    'INVALID_JSONATA_EXPRESSION Expression is too deeply nested @ A/Output',
  ]);
  assert.deepEqual(problemsOf(Array.from({ length: 50_000 }, () => '{% $a %}')), []);
});

test('each state is told with the variables that it reads', () => {
  const references = (state: Record<string, JsonValue>) => {
    const parsed = parseDefinition(machineOf(state), 'STANDARD');
    assert.ok(parsed.kind === 'valid', JSON.stringify(parsed));
    return variableReferences(parsed.definition);
  };
  const path = {
    Type: 'Pass',
    End: true,
    InputPath: '$b.x',
    Parameters: {
      'x.$': "States.Format('$no {}', $a, $.c, $$.Execution.Id)",
      y: '$no',
      zPath: '$no',
    },
    Assign: { 'own.$': '$a[?(@.v == $f)]' },
  };
  assert.deepEqual(references(path), { A: ['a', 'b', 'f'] });
  const expression =
    '{% ($own := $foo; $own + $sum($bar) + $map($states.input, function($v){ $v })) %}';
  assert.deepEqual(references({ ...pass, Output: { x: [expression] } }), { A: ['bar', 'foo'] });
  const inner = { StartAt: 'I', States: { I: { Type: 'Pass', InputPath: '$x', End: true } } };
  assert.deepEqual(references({ Type: 'Map', ItemProcessor: inner, End: true }), { I: ['x'] });
  assert.deepEqual(references({ Type: 'Pass', End: true }), {});
});
