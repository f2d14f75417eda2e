/** Intrinsic functions: the values as AWS gives them, and what they refuse. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { intrinsicProblem, readPath } from '../../../src/workflow/data/index.js';
import { StateError } from '../../../src/workflow/failure.js';
import type { JsonObject, JsonValue } from '../../../src/workflow/json.js';
import { scopeOf } from './scope.js';

function call(text: string, input: JsonValue = {}, context: JsonObject = {}): JsonValue {
  return readPath(text, scopeOf(input, { context }));
}

function causeOf(text: string, input: JsonValue = {}): string {
  try {
    call(text, input);
  } catch (error) {
    assert.ok(error instanceof StateError, String(error));
    assert.equal(error.error, 'States.Runtime');
    return error.causeText;
  }
  throw new assert.AssertionError({ message: `${text} gave a value` });
}

test('MathAdd rounds each number half up before it adds', () => {
  const table = [
    [-9, 3, -6],
    [1.49, 1.5, 3],
    [1.5, 1.51, 4],
    [-1.49, -1.5, -2],
    [-1.5, -1.51, -3],
    [-0.5, 0.5, 1],
    [-0.5, 0, 0],
    [-1.51, 0, -2],
    [2.5, 0, 3],
    [-3.5, 0, -3],
  ] as const;
  for (const [first, second, sum] of table) {
    assert.equal(call('States.MathAdd($.a, $.b)', { a: first, b: second }), sum);
  }
});

test('StringSplit takes each character of its second argument, and drops what is empty', () => {
  const table: readonly (readonly [string, string, JsonValue])[] = [
    [' , ', ',', [' ', ' ']],
    [',,,,', ',', []],
    ['This.is+a,test=string', '.+,=', ['This', 'is', 'a', 'test', 'string']],
    ['split on T and \nnew line', 'T\n', ['split on ', ' and ', 'new line']],
    ['1,2', '', ['1,2']],
  ];
  for (const [a, b, parts] of table) {
    assert.deepEqual(call('States.StringSplit($.a, $.b)', { a, b }), parts);
  }
});

test('Format shows values as AWS does, objects among them', () => {
  const show = (value: JsonValue): JsonValue => call("States.Format('<{}>', $.v)", { v: value });
  assert.equal(show('x'), '<x>');
  assert.equal(show(null), '<null>');
  assert.equal(show(1.1), '<1.1>');
  assert.equal(show(12_345_678), '<12345678>');
  assert.equal(show(12_345_678.5), '<1.23456785E7>');
  assert.equal(show([0.0001, -1e300]), '<[1.0E-4, -1.0E300]>');
  assert.equal(show(true), '<true>');
  assert.equal(show({ Arg1: 1, Arg2: [] }), '<{Arg1=1, Arg2=[]}>');
  assert.equal(show([1, 'a']), '<[1, a]>');
});

test('escapes stand for quotes, braces and backslashes', () => {
  assert.equal(call("States.Format('it\\'s \\{\\} {}', 1)"), "it's {} 1");
  assert.equal(call("States.Format('\\\\{}', 1)"), '\\1');
  assert.deepEqual(call("States.Array('\\\\', '\\{', 'it\\'s')"), ['\\', '{', "it's"]);
});

test('a text that holds nothing is JSON of nothing', () => {
  assert.equal(call('States.StringToJson($)', ' '), '');
});

test('braces of Format belong together', () => {
  const cause = (template: string): string => causeOf(`States.Format('${template}')`);
  assert.match(cause('{'), /: matching '\}' not found for '\{'$/);
  assert.match(cause('a}'), /: matching '\{' not found for '\}'$/);
});

test('functions of arrays', () => {
  const table: readonly (readonly [string, JsonValue])[] = [
    ['States.Array()', []],
    ["States.Array('a', 1, null, true, $.a)", ['a', 1, null, true, [3, 1, 3]]],
    ['States.ArrayPartition($.range, 4)', [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
    ['States.ArrayContains($.a, 1)', true],
    ['States.ArrayContains(States.Array(States.Array(1)), States.Array(1))', true],
    ["States.ArrayContains($.a, '1')", false],
    ['States.ArrayRange(0, 10, 3)', [0, 3, 6, 9]],
    ['States.ArrayRange(1, 9, 9)', [1]],
    ['States.ArrayRange(3, 1, -1)', [3, 2, 1]],
    ['States.ArrayGetItem($.a, 2)', 3],
    ['States.ArrayLength($.a)', 3],
    ['States.ArrayUnique($.a)', [3, 1]],
    ['States.ArrayUnique($.objects)', [{ x: 1, y: 2 }, 1, '1', null]],
  ];
  const input = {
    a: [3, 1, 3],
    range: [1, 2, 3, 4, 5, 6, 7, 8, 9],
    objects: [{ x: 1, y: 2 }, { y: 2, x: 1 }, 1, '1', null, null],
  };
  for (const [text, value] of table) assert.deepEqual(call(text, input), value, text);
});

test('functions of texts, JSON and hashes', () => {
  const table: readonly (readonly [string, JsonValue])[] = [
    ["States.Base64Encode('Hello World')", 'SGVsbG8gV29ybGQ='],
    ["States.Base64Decode('SGVsbG8gV29ybGQ=')", 'Hello World'],
    ["States.Hash('a', 'MD5')", '0cc175b9c0f1b6a831c399e269772661'],
    ["States.Hash('a', 'SHA-1')", '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'],
    ['States.JsonMerge($.m, $.n, false)', { a: { z: 2 }, b: 2, c: 3 }],
    ['States.JsonToString($.m)', '{"a":{"y":1},"b":2}'],
    ['States.StringToJson(\'[1, "x"]\')', [1, 'x']],
    ['States.MathRandom(10, 20)', 15],
    ['States.UUID()', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
  ];
  const input = { m: { a: { y: 1 }, b: 2 }, n: { a: { z: 2 }, c: 3 } };
  for (const [text, value] of table) assert.deepEqual(call(text, input), value, text);
});

test('a seed gives the same number again, between the two', () => {
  const first = call('States.MathRandom(1, 1000000, 7)');
  assert.equal(call('States.MathRandom(1, 1000000, 7)'), first);
  assert.notEqual(call('States.MathRandom(1, 1000000, 8)'), first);
});

test('functions nest, and read the context object', () => {
  const text =
    "States.ArrayGetItem(States.StringSplit($$.StateMachine.Name, '-'), States.MathAdd(States.ArrayLength(States.StringSplit($$.StateMachine.Name, '-')), -1))";
  assert.equal(call(text, {}, { StateMachine: { Name: 'a-b-c' } }), 'c');
});

test('arguments that a function does not take fail the state, and name the function', () => {
  assert.equal(
    causeOf("States.Format('{}', $.no)", { a: 1 }),
    "The function 'States.Format('{}', $.no)' had the following error: The JsonPath argument for the field '$.no' could not be found in the input '{\"a\":1}'",
  );
  const wrong = [
    "States.ArrayLength('x')",
    'States.ArrayGetItem(States.Array(1), 1)',
    'States.ArrayGetItem(States.Array(1), -1)',
    'States.ArrayRange(0, 1000, 1)',
    'States.ArrayRange(0, 10, 0)',
    'States.ArrayPartition(States.Array(1), 0)',
    "States.StringToJson('{')",
    'States.StringToJson(1)',
    "States.MathAdd(1, '2')",
    'States.MathAdd(2147483647, 1)',
    "States.Hash('a', 'CRC')",
    'States.JsonMerge($, $, true)',
    "States.Format('{} {}', 1)",
    "States.Format('{}', 1, 2)",
    'States.Base64Encode($.long)',
  ];
  for (const text of wrong) {
    assert.ok(causeOf(text, { long: 'x'.repeat(10_001) }).startsWith(`The function '${text}' had`));
  }
});

test('what is no call is told so', () => {
  const wrong = [
    'States.Nope()',
    'States.Format',
    'States.Format(',
    "States.Format('a)",
    'States.UUID(1)',
    'States.MathAdd(1)',
    'States.Array(1,)',
    'States.Array(1) x',
    'States.Array(x)',
    'States.toString()',
    "States.Format('a\\nb')",
    "States.Format('a\\')",
  ];
  for (const text of wrong) assert.match(intrinsicProblem(text) ?? '', /./, text);
  const nested = (times: number): string => 'States.Array('.repeat(times) + ')'.repeat(times);
  assert.equal(intrinsicProblem(nested(10)), null);
  assert.match(intrinsicProblem(nested(11)) ?? '', /nested too deep/);
  assert.match(intrinsicProblem(nested(50_000)) ?? '', /nested too deep/);
});

test('values that would outgrow the memory are refused on the way', () => {
  const input = { text: 'x'.repeat(200_000), many: Array.from({ length: 1000 }, () => 'abc') };
  const twice = (text: string): string => `States.Array(${text}, ${text})`;
  assert.match(causeOf(twice(twice(twice('$.text'))), input), /too large/);
  const template = '{}'.repeat(20);
  assert.match(
    causeOf(`States.Format('${template}', ${Array(20).fill('$.text').join(', ')})`, input),
    /too long/,
  );
});

test('StringToJson undoes JsonToString for any value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: 'small' }), (value) => {
      const same = call('States.StringToJson(States.JsonToString($))', value as JsonValue);
      assert.deepEqual(same, JSON.parse(JSON.stringify(value)));
    }),
  );
});
