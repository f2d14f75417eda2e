/** Failures without a reason, of marked requests, and too many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultRecord, RequestRecord } from '../records.js';
import { everyFailureIsExplained, idempotentRequestsDoNotFail, successShare } from './failures.js';
import { failure, fault, masterKill, request, sampleBeganMs, sampleRun } from './sample-run.js';

/** In flight when the Master of the sample is killed. */
const inFlight = { dueMs: sampleBeganMs + 9990, endMs: sampleBeganMs + 10_010 };
const later = { dueMs: sampleBeganMs + 18_000, endMs: sampleBeganMs + 18_010 };

function run(changes: Partial<RequestRecord>, faults: readonly FaultRecord[] = [masterKill()]) {
  return sampleRun({ faults, load: { requests: [failure(changes)] } });
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

/** So many requests, of which so many were in flight on the dead Master. */
function runOf(total: number, failed: number) {
  const requests = Array.from({ length: total - 3000 - failed }, () => request());
  requests.push(...Array.from({ length: failed }, () => failure(inFlight)));
  return sampleRun({ faults: [masterKill()], load: { requests } });
}

test('of many requests one in ten thousand may fail, of few one in a thousand', () => {
  assert.equal(successShare(runOf(100_000, 10)).holds, true);
  const { holds, measured } = successShare(runOf(100_000, 11));
  assert.equal(holds, false);
  assert.match(measured, /^99\.9889 %: 11 of 100,000 requests failed$/);
  assert.equal(successShare(runOf(4000, 4)).holds, true);
  const few = successShare(runOf(4000, 5));
  assert.equal(few.holds, false);
  assert.match(few.measured, /of fewer than 100,000 at least 99\.90 % are asked for$/);
});

test('outages, overload, killed sandboxes and nodes that are behind do not count for the share', () => {
  const pressure = fault({ kind: 'pressure', nodes: [2] });
  const killed = fault({ kind: 'sandboxes', nodes: [2] });
  const none = /: 0 of \d,\d+ /;
  const crashed = { ...inFlight, status: 200, error: 'Runtime.ExitError' };
  const behind = { ...inFlight, kind: 'chained', status: 503, leastVersion: 2 } as const;
  assert.match(successShare(run(inFlight, [masterKill({ kind: 'outage' })])).measured, none);
  assert.match(successShare(run(inFlight, [pressure])).measured, none);
  assert.match(successShare(run(crashed, [killed])).measured, none);
  assert.match(successShare(run(behind)).measured, none);
  assert.match(
    successShare(run({ ...behind, ...later })).measured,
    /: 1 of 3,001 /,
    'all had agreed',
  );
});
