/** Expressions evaluated: what they give, how they fail, and that the shorter way gives the same as the library. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../src/workflow/json.js';
import { evaluateDirectly, notDirect } from '../../../src/workflow/jsonata/direct.js';
import { evaluateAll, nothing } from '../../../src/workflow/jsonata/evaluation.js';
import { expressionProblem, expressionRoot } from '../../../src/workflow/jsonata/expression.js';

const bindings: JsonObject = {
  states: { input: { a: { b: 1 }, items: [1, 2, 3], one: [1], objects: [{ k: 1 }, { k: 2 }] } },
  v: { q: [5] },
};

const evaluationMsMax = 1000;

async function give(text: string, from = bindings): Promise<JsonValue> {
  const evaluated = await evaluateAll({
    texts: [text],
    bindings: JSON.stringify(from),
    evaluationMsMax,
  });
  assert.equal(evaluated.kind, 'values', JSON.stringify(evaluated));
  return evaluated.kind === 'values' ? (JSON.parse(evaluated.values)[0] as JsonValue) : null;
}

async function reasonOf(text: string): Promise<string> {
  const evaluated = await evaluateAll({
    texts: [text],
    bindings: JSON.stringify(bindings),
    evaluationMsMax,
  });
  return evaluated.kind === 'failed' ? evaluated.reason : evaluated.kind;
}

test('expressions read $states and variables', async () => {
  assert.deepEqual(await give('$states.input.objects.k'), [1, 2]);
  assert.deepEqual(await give('$states.input.one'), [1]);
  assert.equal(await give('$sum($states.input.items) + $v.q[0]'), 11);
});

test('the functions that Step Functions adds are there', async () => {
  assert.deepEqual(await give('$partition([0], 3)'), [[0]]);
  assert.deepEqual(await give('$partition([0, 1, 2], 2)'), [[0, 1], [2]]);
  assert.deepEqual(await give('$range(0, 10, 3)'), [0, 3, 6, 9]);
  assert.equal(await give('$range(1, 9, 9)'), 1);
  assert.deepEqual(await give('$parse(\'{"a": [1]}\')'), { a: [1] });
  assert.equal(await give("$hash('a', 'MD5')"), '0cc175b9c0f1b6a831c399e269772661');
  assert.equal(await give('$random(4) = $random(4)'), true);
  assert.equal(await give('$random() < 1'), true);
  assert.equal(await give('$uuid() = $uuid()'), false);
});

test('what has no value, no JSON, or is an error says so', async () => {
  const error = 'threw an error during evaluation.';
  const table = [
    ['$no', nothing],
    ['$', nothing],
    ['$fn := function($x){$x}', 'returned an unsupported result type.'],
    ["{'f': $sum}", 'returned an unsupported result type.'],
    ['/a/', 'returned an unsupported result type.'],
    ["1 + 'x'", `${error} T2002: The right side of the "+" operator must evaluate to a number`],
    ["$error('boo')", `${error} D3137: boo`],
    ["$eval('1')", `${error} T1006: Attempted to invoke a non-function`],
    [
      "$hash('x', 'no')",
      `${error} T0410: Argument 2 of function "hash" does not match function signature`,
    ],
  ] as const;
  for (const [text, reason] of table) assert.equal(await reasonOf(text), reason, text);
});

test('what takes too much is told so, and the next one is evaluated', async () => {
  assert.match(await reasonOf('($f := function($n){1 + $f($n)}; $f(1))'), /D1011/);
  assert.match(await reasonOf('[1..10000000]'), /D2015/);
  assert.match(await reasonOf("$pad('x', 1000000000)"), /takes too much/);
  assert.equal(await reasonOf("$pad('x', 300000)"), 'too-large');
  const nested = '($f := function($x, $n){$n = 0 ? $x : $f({"x": $x}, $n - 1)}; $f(0, 1001))';
  assert.equal(await reasonOf(nested), 'too-large');
  assert.equal(await give('1'), 1);
});

test('one expression does not see what another one made of the data', async () => {
  const texts = ['$states.input ~> |$|{"a": 2}|', '$states.input.a.b'];
  const evaluated = await evaluateAll({
    texts,
    bindings: JSON.stringify(bindings),
    evaluationMsMax,
  });
  assert.equal(evaluated.kind === 'values' && JSON.parse(evaluated.values)[1], 1);
});

test('members of any name are data, and no way into the library', async () => {
  const from = JSON.parse('{"states":{"input":{"__proto__":{"x":1}}}}') as JsonObject;
  assert.deepEqual(await give('$states.input', from), JSON.parse('{"__proto__":{"x":1}}'));
  assert.equal(await reasonOf('$states.constructor'), nothing);
  assert.equal(({} as { x?: unknown }).x, undefined);
});

const name = fc.constantFrom('a', 'b', 'toString', '__proto__');
const leaf = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom<JsonValue>('a', '', '1', true, false, null, 1.5),
);
const tree = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 2 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((all) => Object.fromEntries(all)),
  ),
})).value;
const operand = fc.oneof(
  fc.constantFrom('1', '-2', '0', "'a'", '"b\\n"', 'true', 'null', '$v', '$no', '$states'),
  fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `$states.${names.join('.')}`),
  fc.array(name, { minLength: 1, maxLength: 2 }).map((names) => `$v.${names.join('.')}`),
);
const operator = fc.constantFrom(
  ...['=', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '&', 'and', 'or', '.', '..'],
);
const expression = fc.oneof(
  operand,
  fc.tuple(operand, operator, operand).map((parts) => parts.join(' ')),
  fc.tuple(operand, operator, operand, operator, operand).map((parts) => parts.join(' ')),
  operand.map((text) => `${text}[0]`),
  operand.map((text) => `${text}[]`),
);

test('what is evaluated at once gives what the library gives', async () => {
  let direct = 0;
  await fc.assert(
    fc.asyncProperty(expression, tree, tree, async (text, input, v) => {
      if (expressionProblem(text) !== null) return;
      const from = { states: { a: input, b: v }, v };
      const value = evaluateDirectly(expressionRoot(text), from);
      if (value === notDirect) return;
      direct++;
      const evaluated = await evaluateAll({
        texts: [text],
        bindings: JSON.stringify(from),
        evaluationMsMax,
      });
      if (value === undefined) {
        assert.deepEqual(evaluated, { kind: 'failed', index: 0, reason: nothing });
      } else assert.deepEqual(evaluated, { kind: 'values', values: JSON.stringify([value]) });
    }),
    { numRuns: 3000 },
  );
  assert.ok(direct > 300, `only ${direct} were evaluated at once`);
});
