/** Paths: what they find, what is said of those that find nothing, and what a hostile one may cost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pathProblem, readPath } from '../../../src/workflow/data/index.js';
import { StateError } from '../../../src/workflow/failure.js';
import type { JsonValue } from '../../../src/workflow/json.js';
import { scopeOf } from './scope.js';

const input = {
  a: { b: [1, 2, 3], 'x y': { c: 1 }, n: null },
  items: [{ k: 1, name: 'one' }, { k: 2 }],
  users: [
    { year: 1997, status: 0 },
    { year: 1998, status: 1 },
  ],
};
const scope = scopeOf(input, {
  context: { Execution: { Name: 'e' } },
  variables: { v: { q: [5] }, größe: 4 },
});

function failureOf(path: string, field?: string, from = scope): StateError {
  try {
    readPath(path, from, field);
  } catch (error) {
    assert.ok(error instanceof StateError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `${path} gave a value` });
}

test('a path gives what stands at its place', () => {
  const table: readonly (readonly [path: string, value: JsonValue])[] = [
    ['$', input],
    ['$.a.b[0]', 1],
    ["$['a']['x y'].c", 1],
    ['$["a"]["n"]', null],
    ['$.a.b[-1]', 3],
    ['$.a.b[1:]', [2, 3]],
    ['$.a.b[:1]', [1]],
    ['$.a.b[-2:]', [2, 3]],
    ['$.a.b[*]', [1, 2, 3]],
    ['$.a.b[0,2]', [1, 3]],
    ["$.items[0]['k','name']", { k: 1, name: 'one' }],
    ['$..k', [1, 2]],
    ['$.items.*.k', [1, 2]],
    ['$.a.b.length()', 3],
    ['$.a.b.sum()', 6],
    ['$..k.max()', 2],
    ['$$.Execution.Name', 'e'],
    ['$$', { Execution: { Name: 'e' } }],
    ['$v.q[0]', 5],
    ['$größe', 4],
  ];
  for (const [path, value] of table) assert.deepEqual(readPath(path, scope), value, path);
});

test('filters take items by their members, with comparisons, logic and existence', () => {
  const table: readonly (readonly [path: string, value: JsonValue])[] = [
    ['$.users[?(@.status == 0)]', [{ year: 1997, status: 0 }]],
    ['$.users[?(@.year > 1997)].status', [1]],
    ['$.items[?(@.name)].k', [1]],
    ['$.items[?(!@.name)].k', [2]],
    ["$.items[?(@.k == 2 || @.name == 'one')].k", [1, 2]],
    ["$.items[?(@.k >= 1 && @.name != 'one')].k", [2]],
    ['$.items[?(@.k in [2, 3])].k', [2]],
    ['$.items[?(@.k == $.users[1].status)].k', [1]],
    ["$.items[?(@.k == '1')]", []],
    ['$.a.b[?(@ >= 2)]', [2, 3]],
    ['$.users[?(@.year =~ /\\d*8/ && @.status)].year', [1998]],
    ['$.items[?(@.name =~ /O.E/i)].k', [1]],
  ];
  for (const [path, value] of table) assert.deepEqual(readPath(path, scope), value, path);
});

test('an indefinite path that finds nothing gives an empty array', () => {
  for (const path of ['$.nope[*]', '$.nope.items[1:5].x', '$.a.b[7:]', '$..nope', '$.a.n[*]']) {
    assert.deepEqual(readPath(path, scope), [], path);
  }
  assert.deepEqual(readPath('$[*]', scopeOf({})), []);
});

test('a definite path that finds nothing says where it ended', () => {
  const table = [
    ['$.nope', "Invalid path '$.nope' : No results for path: $['nope']"],
    ['$.nope.x', "Invalid path '$.nope.x' : Missing property in path $['nope']"],
    ['$.a.b[9]', "Invalid path '$.a.b[9]' : No results for path: $['a']['b'][9]"],
    ['$.__proto__', "Invalid path '$.__proto__' : No results for path: $['__proto__']"],
    ['$.a.toString', "Invalid path '$.a.toString' : No results for path: $['a']['toString']"],
  ] as const;
  for (const [path, cause] of table) {
    const failure = failureOf(path);
    assert.equal(failure.error, 'States.Runtime');
    assert.equal(failure.causeText, cause);
  }
  assert.match(failureOf('$.a.b.x').causeText, /Expected to find an object with property \['x'\]/);
  assert.match(failureOf('$.a[0]').causeText, /can only be applied to arrays/);
});

test('a field of a template is named with the input that it found nothing in', () => {
  assert.equal(
    failureOf('$.no', 'value.$', scopeOf({ 'int-literal': 0 })).causeText,
    "The JSONPath '$.no' specified for the field 'value.$' could not be found in the input '{\"int-literal\":0}'",
  );
});

test('what is no path is told so, with the place', () => {
  const wrong = [
    '',
    'x',
    '$.',
    '$..',
    '$.a[',
    "$['a'",
    '$.a b',
    '@.a',
    '$1',
    '$.a[1',
    '$.a.nope()',
  ];
  for (const text of [...wrong, '$[?(@.a =~ /x(/)]']) {
    assert.match(pathProblem(text) ?? '', /./, text);
  }
  for (const text of [
    '$',
    '$$',
    '$v',
    '$.a-b',
    "$['it''s']".replace("''", "\\'"),
    '$.é',
    '$[ 0 ]',
  ]) {
    assert.equal(pathProblem(text), null, text);
  }
});

test('filters nested too deep, and paths too long, are no paths', () => {
  assert.match(pathProblem(`$${'[?(@'.repeat(5000)}`) ?? '', /./);
  assert.match(pathProblem(`$[?(${'('.repeat(5000)}@.a`) ?? '', /nested too deep/);
  assert.match(pathProblem(`$[?(${'!'.repeat(5000)}@.a)]`) ?? '', /nested too deep/);
  assert.match(pathProblem(`$${'.a'.repeat(5000)}`) ?? '', /too many steps/);
});

test('a path that would look at millions of values fails instead', () => {
  const wide = scopeOf({ all: Array.from({ length: 3000 }, (_, index) => ({ index })) });
  assert.match(failureOf('$..[?($..index)]', undefined, wide).causeText, /too many values/);
  const same = Array.from({ length: 20_000 }, () => ({ x: 1 }));
  const twins = scopeOf({ all: wide.input, a: same, b: structuredClone(same) });
  for (const filter of ['$.a == $.b', '$.b subsetof $.a', '$.a.length() > 1']) {
    assert.match(failureOf(`$.a[?(${filter})]`, undefined, twins).causeText, /too many values/);
  }
  let deep: JsonValue = 1;
  for (let level = 0; level < 100_000; level++) deep = [deep];
  assert.match(
    failureOf('$..x', undefined, scopeOf(deep)).causeText,
    /too many values|nested too deep/,
  );
});

test('any text is a path or is not, and reading one gives a value or a failure of the state', () => {
  const piece = fc.constantFrom(
    ...[
      '$',
      '$$',
      '.',
      '..',
      'a',
      '[',
      ']',
      '0',
      '-1',
      ':',
      '*',
      "'a'",
      ',',
      '?(',
      '@',
      ')',
      '==',
      '!',
      ' ',
      '\\',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.jsonValue(), (pieces, value) => {
      const text = `$${pieces.join('')}`;
      if (pathProblem(text) !== null) return;
      try {
        readPath(text, scopeOf(value as JsonValue));
      } catch (error) {
        assert.ok(error instanceof StateError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

test('a member of any name is found by its name in brackets', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const quoted = name.replace(/[\\']/g, '\\$&');
      const value = Object.fromEntries([[name, { x: [name] }]]);
      assert.equal(readPath(`$['${quoted}'].x[0]`, scopeOf(value)), name);
    }),
  );
});

test('a name after a dot has any character but those that end it', () => {
  const names = { 'ns:tag': 1, '@id': 2, 'a-b': 3, 'c?d': 4, 'x\ty': 5, 'back\\slash"': 6 };
  const read = (path: string): JsonValue => readPath(path, scopeOf(names));
  assert.equal(read('$.ns:tag'), 1);
  assert.equal(read('$.@id'), 2);
  assert.equal(read('$.a-b'), 3);
  assert.equal(read('$.c?d'), 4);
  assert.equal(read("$['x\\ty']"), 5);
  assert.equal(read("$['back\\\\slash\\\"']"), 6);
  assert.match(pathProblem('$.a b') ?? '', /unexpected text/);
});
