/** Choice rules: every operator against values of every type. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isTrue } from '../../../src/workflow/data/index.js';
import { matchesWildcard } from '../../../src/workflow/data/wildcard.js';
import type { JsonValue } from '../../../src/workflow/json.js';
import type { ChoiceRule } from '../../../src/workflow/language/types.js';
import { scopeOf } from './scope.js';

const values: readonly JsonValue[] = [null, 0, 1, 1.5, '', 'a', 'b', true, false, [], [1], {}];

function holds(operator: string, value: JsonValue, operand: JsonValue): boolean {
  return isTrue({ Variable: '$.v', [operator]: operand }, scopeOf({ v: value }));
}

function held(operator: string, operand: JsonValue): readonly JsonValue[] {
  return values.filter((value) => holds(operator, value, operand));
}

test('a comparison holds for its own type only', () => {
  assert.deepEqual(held('StringEquals', 'a'), ['a']);
  assert.deepEqual(held('StringLessThan', 'b'), ['', 'a']);
  assert.deepEqual(held('StringGreaterThanEquals', 'a'), ['a', 'b']);
  assert.deepEqual(held('NumericEquals', 0), [0]);
  assert.deepEqual(held('NumericLessThanEquals', 1), [0, 1]);
  assert.deepEqual(held('NumericGreaterThan', 0), [1, 1.5]);
  assert.deepEqual(held('BooleanEquals', false), [false]);
  assert.deepEqual(held('TimestampEquals', '2016-03-14T01:59:00Z'), []);
});

test('types are told', () => {
  assert.deepEqual(held('IsNull', true), [null]);
  assert.deepEqual(held('IsNumeric', true), [0, 1, 1.5]);
  assert.deepEqual(held('IsString', true), ['', 'a', 'b']);
  assert.deepEqual(held('IsBoolean', true), [true, false]);
  assert.equal(held('IsBoolean', false).length, values.length - 2);
  assert.ok(holds('IsTimestamp', '2016-03-14T01:59:00Z', true));
  assert.ok(holds('IsTimestamp', '2016-03-14', false));
});

test('timestamps compare as instants', () => {
  assert.ok(holds('TimestampEquals', '2016-03-14T01:59:00Z', '2016-03-14T02:59:00+01:00'));
  assert.ok(holds('TimestampLessThan', '2016-03-14T01:59:00.1Z', '2016-03-14T01:59:00.2Z'));
  assert.ok(!holds('TimestampLessThan', '2016-03-14 01:59:00', '2017-03-14T01:59:00Z'));
});

test('an operator with Path takes the other value from the input', () => {
  const scope = scopeOf({ v: 2, w: 2, s: 'x' }, { variables: { two: 2 } });
  assert.ok(isTrue({ Variable: '$.v', NumericEqualsPath: '$.w' }, scope));
  assert.ok(isTrue({ Variable: '$.v', NumericEqualsPath: '$two' }, scope));
  assert.ok(!isTrue({ Variable: '$.v', NumericEqualsPath: '$.s' }, scope));
});

test('And, Or and Not combine rules', () => {
  const scope = scopeOf({ v: 22, type: 'Private' });
  const atLeast: ChoiceRule = { Variable: '$.v', NumericGreaterThanEquals: 20 };
  const below: ChoiceRule = { Variable: '$.v', NumericLessThan: 10 };
  assert.ok(!isTrue({ And: [atLeast, below] }, scope));
  assert.ok(isTrue({ Or: [below, atLeast] }, scope));
  assert.ok(isTrue({ Not: { Variable: '$.type', StringEquals: 'Public' } }, scope));
});

test('what is absent is not present, and an error to every other operator', () => {
  assert.ok(isTrue({ Variable: '$.no', IsPresent: false }, scopeOf({})));
  assert.ok(isTrue({ Variable: '$.no', IsPresent: true }, scopeOf({ no: null })));
  assert.throws(() => isTrue({ Variable: '$.no', IsNull: true }, scopeOf({})), {
    error: 'States.Runtime',
    causeText:
      "Invalid path '$.no': The choice state's condition path references an invalid value.",
  });
});

test('StringMatches takes stars for any text, and escaped ones for themselves', () => {
  const table = [
    ['foo*.log', 'foo23.log', true],
    ['*.log', 'zebra.log', true],
    ['foo*.*', 'foobar.zebra', true],
    ['foo*', 'barfoo', false],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['a\\\\*', 'a\\xyz', true],
    ['a.c', 'abc', false],
    ['', '', true],
    ['*', '', true],
  ] as const;
  for (const [pattern, text, expected] of table) {
    assert.equal(matchesWildcard(pattern, text), expected, `${pattern} ${text}`);
  }
});

test('a pattern matches as a regular expression of the same meaning does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (pattern, subject) => {
      const same = new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 's');
      assert.equal(matchesWildcard(pattern, subject), same.test(subject));
    }),
    { numRuns: 2000 },
  );
});

test('a pattern of many stars takes no exponential time', () => {
  assert.equal(matchesWildcard(`${'*a'.repeat(1000)}b`, 'a'.repeat(5000)), false);
});
