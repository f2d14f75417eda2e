/** Failures without a reason, of marked requests, and too many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultRecord, RequestRecord } from '../records.js';
import { everyFailureIsExplained, idempotentRequestsDoNotFail, successShare } from './failures.js';
import { failure, fault, masterKill, sampleBeganMs, sampleRun } from './sample-run.js';

/** In flight when the Master of the sample is killed. */
const inFlight = { dueMs: sampleBeganMs + 9990, endMs: sampleBeganMs + 10_010 };
const later = { dueMs: sampleBeganMs + 18_000, endMs: sampleBeganMs + 18_010 };

function run(request: Partial<RequestRecord>, faults: readonly FaultRecord[] = [masterKill()]) {
  return sampleRun({ faults, load: { requests: [failure(request)] } });
}

test('a failure in flight on a dead node is explained, another is shown', () => {
  assert.equal(everyFailureIsExplained(run(inFlight)).holds, true);
  const { holds, measured, examples } = everyFailureIsExplained(run(later));
  assert.equal(holds, false);
  assert.match(measured, /^1 of 3,001 requests failed, 1 without an explanation \(1 lost\)$/);
  assert.match(examples[0] ?? '', /^lost: failed: invoke of zipf-1 by nginx, node 2: 502 Service/);
  assert.match(examples[0] ?? '', /\(due at 18\.000 s, took 10 ms\)$/);
});

test('of many failures without a reason some of each manner are shown', () => {
  const lost = Array.from({ length: 9 }, () => failure(later));
  const requests = [...lost, failure({ ...later, status: 429 })];
  const { examples } = everyFailureIsExplained(sampleRun({ load: { requests } }));
  assert.deepEqual(
    examples.map((example) => example.split(':')[0]),
    ['lost', 'refused', 'lost', 'lost', 'lost'],
  );
});

test('failed events and writes are not synchronous requests', () => {
  for (const kind of ['event', 'write', 'publish', 'switch', 'read'] as const) {
    assert.equal(everyFailureIsExplained(run({ ...later, kind })).holds, true, kind);
  }
});

test('a marked request must not fail, be its node dead or not', () => {
  const marked = { ...inFlight, kind: 'idempotent' } as const;
  assert.equal(idempotentRequestsDoNotFail(run(marked)).holds, false);
  assert.equal(idempotentRequestsDoNotFail(run(inFlight)).holds, true, 'not marked');
});

test('a marked request fails where nobody is there, or in a sandbox that was killed', () => {
  const marked = { ...inFlight, kind: 'idempotent' } as const;
  const outage = masterKill({ kind: 'outage' });
  assert.equal(idempotentRequestsDoNotFail(run(marked, [outage])).holds, true);
  const killed = fault({ kind: 'sandboxes', nodes: [2] });
  const crashed = { ...marked, status: 200, error: 'Runtime.ExitError' };
  assert.equal(idempotentRequestsDoNotFail(run(crashed, [killed])).holds, true);
  assert.equal(idempotentRequestsDoNotFail(run(crashed)).holds, false, 'nobody killed it');
});

test('one of 3,000 is less than 99.99 %', () => {
  const { holds, measured } = successShare(run(inFlight));
  assert.equal(holds, false);
  assert.match(measured, /^99\.9666 %: 1 of 3,001 requests failed$/);
});

test('outages, overload, killed sandboxes and nodes that are behind do not count for the share', () => {
  const pressure = fault({ kind: 'pressure', nodes: [2] });
  const killed = fault({ kind: 'sandboxes', nodes: [2] });
  const crashed = { ...inFlight, status: 200, error: 'Runtime.ExitError' };
  const behind = { ...inFlight, kind: 'chained', status: 503, leastVersion: 2 } as const;
  assert.equal(successShare(run(inFlight, [masterKill({ kind: 'outage' })])).holds, true);
  assert.equal(successShare(run(inFlight, [pressure])).holds, true);
  assert.equal(successShare(run(crashed, [killed])).holds, true);
  assert.equal(successShare(run(behind)).holds, true);
  assert.equal(successShare(run({ ...behind, ...later })).holds, false, 'all had agreed');
});
