/** One thread: what has waited too long is not evaluated any more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/lib/index.js';
import { EvaluationThread } from '../../../src/workflow/jsonata/evaluation-thread.js';

test('what has waited too long behind others fails, and what comes later is evaluated', async () => {
  const thread = new EvaluationThread(
    systemClock,
    { evaluationMsMax: 1000, stalledMsMax: 5000, takesAlikeAlong: false },
    500,
  );
  const slow = '($f := function(){$f()}; $f())';
  const evaluate = (text: string) => thread.evaluate({ texts: [text], bindings: '{}' });
  await evaluate('1');
  const answers = await Promise.all([evaluate(slow), evaluate('2'), evaluate('3')]);
  assert.deepEqual(
    answers.map(({ kind }) => kind),
    ['late', 'unanswered', 'unanswered'],
  );
  assert.deepEqual(await evaluate('4'), { kind: 'values', values: '[4]' });
  thread.stop();
  assert.equal((await evaluate('5')).kind, 'unanswered');
});
