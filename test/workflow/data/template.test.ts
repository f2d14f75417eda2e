/** Payload templates, and where results go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyTemplate, fitsInto, writeResult } from '../../../src/workflow/data/index.js';
import { StateError } from '../../../src/workflow/failure.js';
import { type JsonValue, nestsTooDeep } from '../../../src/workflow/json.js';
import { scopeOf } from './scope.js';

test('keys that end in .$ are filled in, at any depth, and others stay as they are', () => {
  const template = {
    flagged: true,
    'whole.$': '$',
    parts: [{ 'first.$': '$.vals[0]', 'last.$': '$.vals[1:]' }, '$.vals'],
    'name.$': "States.Format('{}', $$.Name)",
    'variable.$': '$v.x',
  };
  const input = { vals: [0, 10, 20] };
  const scope = scopeOf(input, { context: { Name: 'n' }, variables: { v: { x: 1 } } });
  assert.deepEqual(applyTemplate(template, scope), {
    flagged: true,
    whole: input,
    parts: [{ first: 0, last: [10, 20] }, '$.vals'],
    name: 'n',
    variable: 1,
  });
});

test('a path without a value fails with the key that it stands under', () => {
  assert.throws(() => applyTemplate({ a: [{ 'b.$': '$.no' }] }, scopeOf({})), {
    error: 'States.Runtime',
    causeText:
      "The JSONPath '$.no' specified for the field 'b.$' could not be found in the input '{}'",
  });
});

test('a template that names a large value ten thousand times is refused, and not written out', () => {
  const template = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => [`k${index}.$`, '$.large']),
  );
  assert.throws(() => applyTemplate(template, scopeOf({ large: 'x'.repeat(200_000) })), {
    error: 'States.DataLimitExceeded',
  });
});

test('a member of any name is only a member', () => {
  const template = JSON.parse('{"__proto__": {"x.$": "$.a"}}') as JsonValue;
  const result = applyTemplate(template, scopeOf({ a: 1 }));
  assert.equal(JSON.stringify(result), '{"__proto__":{"x":1}}');
  assert.equal(JSON.stringify(writeResult('$.__proto__', {}, { x: 1 })), '{"__proto__":{"x":1}}');
  assert.equal(({} as { x?: unknown }).x, undefined);
});

test('a result goes to its path in the input, which stays as it was', () => {
  const input = { a: { b: [1, 2] } };
  assert.equal(writeResult(null, input, 1), input);
  assert.equal(writeResult(undefined, input, 1), 1);
  assert.equal(writeResult('$', input, 1), 1);
  assert.deepEqual(writeResult('$.a.c.d', input, 1), { a: { b: [1, 2], c: { d: 1 } } });
  assert.deepEqual(writeResult('$.a.b[1]', input, 'x'), { a: { b: [1, 'x'] } });
  assert.deepEqual(input, { a: { b: [1, 2] } });
});

test('a result that has no place fails the state', () => {
  for (const path of ['$.a.b', '$.list[2]', '$.list.x']) {
    assert.throws(
      () => writeResult(path, { a: 'text', list: [1] }, 1),
      (error) => error instanceof StateError && error.error === 'States.ResultPathMatchFailure',
    );
  }
});

test('the size of a value is that of its text', () => {
  const values: JsonValue[] = [{}, [], [1, 'é', null], { a: { b: [] }, c: '"' }, 'x', -1.5];
  for (const value of values) {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    // escapes are not counted: what is let through may be that much longer
    const counted = bytes - (JSON.stringify(value).match(/\\/g)?.length ?? 0);
    assert.ok(fitsInto(value, counted), JSON.stringify(value));
    assert.ok(!fitsInto(value, counted - 1), JSON.stringify(value));
  }
});

test('what nests deeper than can be read again does not fit, and is not read', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  assert.ok(!nestsTooDeep(nested(1000)));
  assert.ok(nestsTooDeep(nested(1001)));
  assert.ok(!nestsTooDeep(JSON.stringify(`"${nested(5000)}`)));
  assert.ok(!nestsTooDeep(`[${Array(3000).fill('[{}]').join()}]`));
  assert.ok(fitsInto(JSON.parse(nested(1000)), 1e6));
  assert.ok(!fitsInto(JSON.parse(nested(1100)), 1e6));
  assert.throws(
    () => applyTemplate({ 'x.$': 'States.StringToJson($)' }, scopeOf(nested(100_000))),
    /nested too deep/,
  );
});
