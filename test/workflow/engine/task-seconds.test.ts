import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, JsonValue } from '../../../src/workflow/json.js';
import { runLab } from '../lab.js';

const resource = 'arn:aws:lambda:us-east-1:123456789012:function:f';

/** The seconds that the task was given, or why it was not begun. */
async function timeout(fields: JsonObject, input: JsonValue): Promise<unknown> {
  const T = { Type: 'Task', Resource: resource, End: true, ...fields };
  const definition = { StartAt: 'T', States: { T } };
  const { begun, end } = await runLab({ definition, input: JSON.stringify(input) });
  if (end?.status !== 'FAILED') return begun[0]?.timeoutSeconds;
  return `${end.failure.error}: ${end.failure.cause}`;
}

test('the seconds at a path are whole and positive, a number or the text of one', async () => {
  const at = (t: JsonValue) => timeout({ TimeoutSecondsPath: '$.t' }, { t });
  assert.equal(await at(5), 5);
  assert.equal(await at('5'), 5);
  for (const wrong of [0, -1, 1.5, '', 'x', null, {}]) {
    assert.match(
      String(await at(wrong)),
      /^States\.Runtime: .*which is not a valid integer: \$\.t/,
    );
  }
});

test('the seconds of an expression are whole and positive', async () => {
  const of = (TimeoutSeconds: string) => timeout({ QueryLanguage: 'JSONata', TimeoutSeconds }, {});
  assert.equal(await of('{% 2 + 3 %}'), 5);
  for (const wrong of ['{% 0 %}', '{% -1 %}', '{% 3 / 2 %}']) {
    assert.match(String(await of(wrong)), /^States\.QueryEvaluationError: .*positive integer/);
  }
});
