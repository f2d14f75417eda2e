import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '../../../src/workflow/json.js';
import { runLab } from '../lab.js';

const startMs = Date.UTC(2026, 0, 1);

async function waited(seconds: JsonValue): Promise<number | string> {
  const definition = {
    StartAt: 'W',
    States: { W: { Type: 'Wait', SecondsPath: '$.seconds', End: true } },
  };
  const input = JSON.stringify({ seconds });
  const { end, endedAtMs } = await runLab({ definition, input, startMs });
  return end?.status === 'SUCCEEDED' ? endedAtMs - startMs : (end?.failure?.cause ?? '');
}

test('the seconds at a path are whole, a number or the text of one', async () => {
  assert.equal(await waited(5), 5000);
  assert.equal(await waited('5'), 5000);
  for (const wrong of ['', '1.5', 'x', null, true, {}, 1e30]) {
    assert.match(String(await waited(wrong)), /cannot be parsed as a long value: \$\.seconds == /);
  }
  assert.match(String(await waited('-1')), /references a negative value: \$\.seconds == -1$/);
});
