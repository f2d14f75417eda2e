/** Answers of versions that should not have answered, and runs that should not have been. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestRecord } from '../records.js';
import { invocationsRunOnce, nobodyRanAWrongVersion } from './ran-versions.js';
import { failure, request, sampleBeganMs, sampleRun } from './sample-run.js';

const lateMs = sampleBeganMs + 30_000;

function wrong(changes: Partial<RequestRecord>): string {
  const { holds, examples } = nobodyRanAWrongVersion(
    sampleRun({ load: { requests: [request(changes)] } }),
  );
  assert.equal(holds, false);
  return examples[0] ?? '';
}

test('an answer by an older version than its caller has switched to is seen', () => {
  const told = wrong({ kind: 'chained', version: 1, leastVersion: 2, dueMs: lateMs });
  assert.match(told, /^version 1 where at least 2 was asked for: one: chained/);
});

test('an answer by a version before anybody switched to it is seen', () => {
  assert.match(wrong({ version: 2 }), /^version 2 before anybody switched to it/);
});

test('an answer by a version to which nobody ever switched is seen', () => {
  assert.match(wrong({ version: 3, dueMs: lateMs }), /^version 3, to which nobody has switched/);
});

test('a switch that was not acknowledged may have happened, from when it was asked for', () => {
  const asked = request({ kind: 'switch', status: 503, error: 'x', version: 3, dueMs: lateMs });
  const requests = [asked, request({ version: 3, dueMs: lateMs + 1 })];
  assert.equal(nobodyRanAWrongVersion(sampleRun({ load: { requests } })).holds, true);
});

test('an answer that names another version than the one that ran is seen', () => {
  const { load } = sampleRun();
  const ledger = load.ledger.map((each) => (each.id === 'q0' ? { ...each, version: 2 } : each));
  const { holds, examples } = nobodyRanAWrongVersion(sampleRun({ load: { ledger } }));
  assert.equal(holds, false);
  assert.match(examples[0] ?? '', /^the answer says version 1, but version 2 ran: q0/);
});

test('an unmarked request that ran twice is seen, also where it failed', () => {
  for (const one of [request(), failure({ id: 'one' })]) {
    const { ledger } = sampleRun({ load: { requests: [one] } }).load;
    const twice = [...ledger, ...ledger.filter(({ id }) => id === 'one')];
    const { holds, examples } = invocationsRunOnce(
      sampleRun({ load: { requests: [one], ledger: twice } }),
    );
    assert.equal(holds, false);
    assert.match(examples[0] ?? '', /^ran 2 times: one/);
  }
});

test('an answer by something that never ran is seen', () => {
  const ledger = sampleRun().load.ledger.filter(({ id }) => id !== 'q1');
  const { holds, examples } = invocationsRunOnce(sampleRun({ load: { ledger } }));
  assert.equal(holds, false);
  assert.match(examples[0] ?? '', /^was answered and never ran: q1/);
});

test('a request that is marked as idempotent may run twice', () => {
  const { ledger } = sampleRun().load;
  const twice = ledger.filter(({ id }) => id === 'q1');
  const { holds, measured } = invocationsRunOnce(
    sampleRun({ load: { ledger: [...ledger, ...twice] } }),
  );
  assert.equal(holds, true);
  assert.match(measured, /; 1 of those marked as idempotent ran more than once/);
});
