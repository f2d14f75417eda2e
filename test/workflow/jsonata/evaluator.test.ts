/** The evaluator with its thread: fields and locations, and expressions that do not end. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Cancellation, systemClock } from '../../../src/lib/index.js';
import type { JsonValue } from '../../../src/workflow/json.js';
import {
  type EvaluationResult,
  evaluateAtOnce,
  JsonataEvaluator,
} from '../../../src/workflow/jsonata/index.js';

const allowance = { evaluationMsMax: 1000, stalledMsMax: 300, takesAlikeAlong: false };
const evaluator = new JsonataEvaluator(systemClock, allowance);

after(() => evaluator.stop());

const states = { input: { a: 1, list: [1, 2] }, context: { State: { Name: 'S' } } };

function evaluate(template: JsonValue, name = 'Output'): Promise<EvaluationResult> {
  return evaluator.evaluate({ fields: [{ name, template }], states, variables: { x: { y: 7 } } });
}

function failure(text: string, location: string, reason: string): EvaluationResult {
  const cause = `The JSONata expression '${text}' specified for the field '${location}' ${reason}`;
  return { kind: 'failed', error: 'States.QueryEvaluationError', cause, location };
}

test('fields are filled in at any depth, and what is no expression stays', async () => {
  const result = await evaluator.evaluate({
    fields: [
      { name: 'Arguments', template: { a: ['{% $sum($states.input.list) %}', ' {% 1 %}'], b: 1 } },
      { name: 'Assign', template: { z: '{% $x.y %}', n: null } },
      { name: 'Output', template: 'text' },
    ],
    states,
    variables: { x: { y: 7 } },
  });
  assert.deepEqual(result, {
    kind: 'values',
    values: [{ a: [3, ' {% 1 %}'], b: 1 }, { z: 7, n: null }, 'text'],
  });
});

test('a failure names the expression and the field that it stands in', async () => {
  const nothing = 'returned nothing (undefined).';
  assert.deepEqual(await evaluate('{% $no %}', 'Arguments'), failure('$no', 'Arguments', nothing));
  assert.deepEqual(
    await evaluate({ r: { s: '{% $states.input.no %}' } }),
    failure('$states.input.no', 'Output/r/s', nothing),
  );
});

test('the simplest need no thread', () => {
  const request = {
    fields: [{ name: 'Output', template: { a: '{% $states.input.a < 10 %}', b: '{% $x %}' } }],
    states,
    variables: { x: 1 },
  };
  assert.deepEqual(evaluateAtOnce(request), { kind: 'values', values: [{ a: true, b: 1 }] });
  assert.equal(
    evaluateAtOnce({ ...request, fields: [{ name: 'Output', template: '{% $now() %}' }] }),
    null,
  );
});

test('a result larger than a payload is a failure of its own', async () => {
  assert.deepEqual(await evaluate("{% $pad('x', 300000) %}"), {
    kind: 'failed',
    error: 'States.DataLimitExceeded',
    cause:
      "The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit.",
    location: 'Output',
  });
});

test('an expression that hangs fails, and those behind it are evaluated', async () => {
  const hanging = "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/)";
  const results = await Promise.all([
    evaluate('{% $sum([1, 2]) %}'),
    evaluate(`{% ${hanging} %}`),
    evaluate('{% $sum([3, 4]) %}'),
  ]);
  assert.deepEqual(results, [
    { kind: 'values', values: [3] },
    failure(hanging, 'Output', 'threw an error during evaluation. The expression does not end.'),
    { kind: 'values', values: [7] },
  ]);
});

test('the first expression of a thread that hangs fails in the same time', async () => {
  const other = new JsonataEvaluator(systemClock, allowance);
  const beganMs = systemClock.nowMs();
  const result = await other.evaluate({
    fields: [
      {
        name: 'Output',
        template: "{% $match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/) %}",
      },
    ],
    states,
    variables: {},
  });
  other.stop();
  assert.match(JSON.stringify(result), /does not end/);
  assert.ok(systemClock.nowMs() - beganMs < 8000);
});

test('an expression that takes all memory fails, and those behind it are evaluated', async () => {
  const hungry = "$split($pad('x', 10000000, 'ab'), '')";
  const [failed, next] = await Promise.all([
    evaluate(`{% ${hungry} %}`),
    evaluate('{% $sum([3, 4]) %}'),
  ]);
  assert.equal(failed.kind === 'failed' && failed.error, 'States.QueryEvaluationError');
  assert.deepEqual(next, { kind: 'values', values: [7] });
});

test('whoever still waits when the node stops is told so', async () => {
  const other = new JsonataEvaluator(systemClock);
  const waiting = other.evaluate({
    fields: [{ name: 'Output', template: '{% $sum([1]) %}' }],
    states,
    variables: {},
  });
  other.stop();
  assert.match(JSON.stringify(await waiting), /The node stops/);
});

test('quick ones are evaluated while others take all the time that they may', async () => {
  const endless = '($f := function(){$f()}; $f())';
  let areOver = false;
  const long = Promise.all([1, 2, 3].map(() => evaluate(`{% ${endless} %}`))).then((results) => {
    areOver = true;
    return results;
  });
  assert.deepEqual(await evaluate('{% $sum([1, 2]) %}'), { kind: 'values', values: [3] });
  // known by now: not tried among the quick ones again
  const again = evaluate(`{% ${endless} %}`);
  assert.deepEqual(await evaluate('{% $sum([3, 4]) %}'), { kind: 'values', values: [7] });
  assert.equal(areOver, false);
  for (const result of [...(await long), await again]) {
    assert.match(JSON.stringify(result), /does not end/);
  }
});

test('what nobody waits for any more is not waited for', async () => {
  const gone = new Cancellation();
  const hanging = "{% $match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/) %}";
  const other = new JsonataEvaluator(systemClock);
  const request = { fields: [{ name: 'Output', template: hanging }], states, variables: {} };
  const given = Array.from({ length: 30 }, () => other.evaluate(request, gone));
  await other.evaluate({ ...request, fields: [{ name: 'Output', template: '{% $sum([1]) %}' }] });
  const last = other.evaluate({
    ...request,
    fields: [{ name: 'Output', template: { a: '{% $sum([1]) %}', b: hanging } }],
  });
  gone.abort();
  for (const each of given) assert.match(JSON.stringify(await each), /Nobody waits/);
  // thirty of them would have taken as many times two seconds
  const beganMs = systemClock.nowMs();
  assert.match(JSON.stringify(await last), /does not end/);
  assert.ok(systemClock.nowMs() - beganMs < 15_000);
  other.stop();
});

test('an expression that takes long to parse is parsed where it is evaluated', async () => {
  const other = new JsonataEvaluator(systemClock);
  const answer = (text: string) =>
    other.evaluate({ ...request, fields: [{ name: 'Output', template: `{% ${text} %}` }] });
  const sum = `$x.y${' + 0'.repeat(6000)}`;
  const request = { states, variables: { x: { y: 7 } } };
  const large = { ...request, fields: [{ name: 'Output', template: `{% ${sum} %}` }] };
  assert.equal(evaluateAtOnce(large), null);
  assert.match(JSON.stringify(await answer(sum)), /nested too deep/);
  const all = `$sum([$x.y${', $states.input.a'.repeat(2000)}])`;
  assert.deepEqual(await answer(all), { kind: 'values', values: [2007] });
  const wrong = `${all} )`;
  assert.deepEqual(
    await answer(wrong),
    failure(
      wrong,
      'Output',
      `threw an error during evaluation. Syntax error: ")" at position ${wrong.length}`,
    ),
  );
  other.stop();
});
