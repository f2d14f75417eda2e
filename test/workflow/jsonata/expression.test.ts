/** Expressions as texts: which are, and what they read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  expressionIn,
  expressionProblem,
  referencesOf,
} from '../../../src/workflow/jsonata/index.js';

test('an expression stands between {% and %}, with nothing around them', () => {
  assert.equal(expressionIn('{% $states.input %}'), '$states.input');
  assert.equal(expressionIn('{%1%}'), '1');
  for (const text of [' {% 1 %}', '{% 1 %} ', '{% 1', '1 %}', '{%}', '']) {
    assert.equal(expressionIn(text), null, text);
  }
});

test('what is no expression is told so, with the place', () => {
  assert.equal(expressionProblem('1 +'), 'Unexpected end of expression at position 3');
  assert.equal(expressionProblem('a b'), 'Syntax error: "b" at position 3');
  for (const text of ['', '(', '$x[', '/[/', '"a', '{"a"}', '%']) {
    assert.match(expressionProblem(text) ?? '', /./, text);
  }
  assert.equal(expressionProblem("$map($states.input.a, function($v) { $v & 'x' })"), null);
});

test('an expression that is too long or nested too deep is none', () => {
  assert.match(expressionProblem(`${'('.repeat(30_000)}1`) ?? '', /./);
  assert.match(expressionProblem(`${'['.repeat(1500)}1${']'.repeat(1500)}`) ?? '', /too deep/);
  assert.match(expressionProblem(`${'1+'.repeat(20_000)}1`) ?? '', /too deep/);
  assert.match(expressionProblem(`'${'x'.repeat(70_000)}'`) ?? '', /too long/);
});

test('operators that JSONata 2.0.6 does not have are none, however many there are', () => {
  assert.equal(expressionProblem('$a ?? 1'), 'Syntax error: "??" at position 5');
  assert.equal(expressionProblem('$a ?: 1'), 'Syntax error: "?:" at position 5');
  assert.match(expressionProblem(`${'('.repeat(40)}a${' ?? b)'.repeat(40)}`) ?? '', /too complex/);
  for (const text of ["$a ?'x':1", '$match(a, /^https?:(?:x)??/)', "'what??' & 'so?: no'"]) {
    assert.equal(expressionProblem(text), null, text);
  }
});

test('what an expression reads is known without evaluating it', () => {
  const table = [
    ['$x + $states.input.a + $sum($y)', ['x', 'y'], ['input'], false],
    ['($a := 1; $a + $b)', ['b'], [], false],
    ['function($q) { $q + $r }', ['r'], [], false],
    ['$states', [], [], true],
    ['$keys($states)', [], [], true],
    ['$l[$states.result.x = $k]', ['k', 'l'], ['result'], false],
    ['$states.errorOutput@$v#$i.($v + $i)', [], ['errorOutput'], false],
    ['{ $key: [$value, $states.context.Execution.Id] }', ['key', 'value'], ['context'], false],
  ] as const;
  for (const [text, variables, states, wholeStates] of table) {
    const found = referencesOf(text);
    assert.deepEqual(found.variables, variables, text);
    assert.deepEqual(found.states, states, text);
    assert.equal(found.wholeStates, wholeStates, text);
  }
});

test('any text is an expression or is not', () => {
  const piece = fc.constantFrom(
    ...[
      '$',
      'a',
      '.',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      ':',
      '"',
      '/',
      '*',
      '%',
      '1',
      '..',
      '~>',
      '?',
      '@',
      '#',
      '^',
      '|',
      '\\',
      ' ',
      ':=',
      'function',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const problem = expressionProblem(text);
      assert.ok(problem === null || problem.length > 0);
      referencesOf(text);
    }),
    { numRuns: 2000 },
  );
});
