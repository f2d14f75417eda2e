/** What one template or Choice rule may look at, altogether: no state holds the thread that serves everybody for long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyTemplate, isTrue } from '../../../src/workflow/data/index.js';
import { StateError } from '../../../src/workflow/failure.js';
import type { JsonValue } from '../../../src/workflow/json.js';
import { scopeOf } from './scope.js';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const documents = numbers(3000).map((id) => ({ id, name: `n${id}`, o: { p: { q: id } } }));

function failureOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof StateError, String(error));
    return `${error.error}: ${error.causeText}`;
  }
  return 'none';
}

function filled(read: string, times: number, input: JsonValue): string {
  const template = Object.fromEntries(numbers(times).map((n) => [`k${n}.$`, read]));
  return failureOf(() => applyTemplate(template, scopeOf(input)));
}

const tooMany = 'States.Runtime: The state looks at too many values.';

test('one of each reads large data, a thousand of them are too many', () => {
  const x = numbers(30_000);
  const names = Object.fromEntries(numbers(10_000).map((n) => [`k${n}`, n]));
  for (const [read, input] of [
    ['$.x[?(@.o.p.q > 5 && @.name)].id', { x: documents }],
    ['$..id', { x: documents }],
    ["States.ArrayContains($.x, 'none')", { x }],
    ['States.ArrayLength(States.ArrayUnique($.x))', { x }],
    ['States.ArrayLength(States.ArrayPartition($.x, 100))', { x }],
    ["States.Hash(States.JsonToString($.x[0]), 'MD5')", { x: ['x'.repeat(9000)] }],
    ["States.ArrayGetItem(States.StringSplit($.x, ','), 0)", { x: 'a,'.repeat(100_000) }],
    ['States.JsonMerge($.x, $.x, false)', { x: names }],
    ['States.ArrayLength(States.StringToJson($.x))', { x: JSON.stringify(x) }],
  ] as const) {
    assert.equal(filled(read, 1, input), 'none', read);
    assert.match(filled(read, 1000, input), /too (many values|large)/, read);
  }
});

test('rules that go through long texts again and again are too many', () => {
  const a = 'a'.repeat(120_000);
  for (const rule of [
    { Variable: '$.a', StringMatches: '*a*b*' },
    { Variable: '$.a', StringGreaterThanPath: '$.b' },
  ]) {
    const scope = scopeOf({ a, b: a });
    assert.equal(isTrue({ ...rule, Next: 'B' }, scope), false);
    const Or = Array.from({ length: 5000 }, () => rule);
    assert.equal(
      failureOf(() => isTrue({ Or, Next: 'B' }, scope)),
      tooMany,
    );
  }
});

test('thousands of rules over small data are none too many', () => {
  const Or = numbers(10_000).map((n) => ({ Variable: '$.a.b[0]', NumericEquals: n + 2 }));
  assert.equal(isTrue({ Or, Next: 'B' }, scopeOf({ a: { b: [1] } })), false);
});

test('a template that names large data thousands of times is refused before it is gone through', () => {
  const template = Object.fromEntries(numbers(5000).map((n) => [`k${n}.$`, '$']));
  assert.match(
    failureOf(() => applyTemplate(template, scopeOf({ x: documents }))),
    /States.DataLimitExceeded/,
  );
});
