/** A run in which all is well passes every check, and one of which nothing is known passes none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './judge.js';
import { sampleRun } from './sample-run.js';

test('every check holds where all is well', () => {
  for (const { id, holds, measured, examples } of judge(sampleRun())) {
    assert.equal(holds, true, `${id}: ${measured} ${examples}`);
    assert.deepEqual(examples, [], id);
  }
});

test('a run of which nothing is known is judged in nothing', () => {
  const load = { ...sampleRun().load, ledger: [], outcomes: [], versions: [], aliases: [] };
  const empty = { ...load, requests: [], delivered: [], registers: [], lists: [] };
  const record = { ...sampleRun(), load: empty, faults: [], before: null, after: null };
  for (const { id, holds, measured } of judge(record)) {
    assert.equal(holds, null, id);
    assert.notEqual(measured, '', id);
  }
});

test('checks have names of their own', () => {
  const ids = judge(sampleRun()).map(({ id }) => id);
  assert.deepEqual([...new Set(ids)], ids);
});
