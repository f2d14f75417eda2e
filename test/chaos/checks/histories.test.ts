/** Histories that no order explains are told of, and those that are too hard are not said to hold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppendOperation } from '../../linear/append-order.js';
import type { RegisterOperation } from '../../linear/register.js';
import { historiesAreLinearizable } from './histories.js';
import { sampleRun } from './sample-run.js';

const { registers, lists } = sampleRun().load;

test('a register that forgets a write is not linearizable', () => {
  const stale: RegisterOperation = {
    process: 'c',
    key: 'r',
    input: { kind: 'read' },
    output: { kind: 'value', value: null },
    calledAt: 5,
    returnedAt: 6,
  };
  const { holds, examples } = historiesAreLinearizable(
    sampleRun({ load: { registers: [...registers, stale] } }),
  );
  assert.equal(holds, false);
  assert.match(examples[0] ?? '', /^register r: no order explains/);
});

test('a list in which two got the same place is not linearizable', () => {
  const same: AppendOperation = {
    process: 'c',
    key: 'l',
    input: { kind: 'append', value: 2 },
    output: { kind: 'offset', offset: 0 },
    calledAt: 5,
    returnedAt: 6,
  };
  const { holds, examples } = historiesAreLinearizable(
    sampleRun({ load: { lists: [...lists, same] } }),
  );
  assert.equal(holds, false);
  assert.match(examples[0] ?? '', /^list l: no order explains/);
});

test('a history that the search gives up is not judged', () => {
  const { holds, measured } = historiesAreLinearizable(sampleRun(), { stepsMax: 1 });
  assert.equal(holds, null);
  assert.equal(measured, 'the search was given up: register r, list l');
});
