/** What is felt of a dead Master, and what the machine itself did. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestRecord, RunRecord } from '../records.js';
import { aDeadMasterIsNotFelt } from './dead-master.js';
import { isSynchronous } from './requests.js';
import { fault, type RunChanges, sampleBeganMs, sampleRun } from './sample-run.js';

const killedMs = sampleBeganMs + 10_000;

/** The sample with other requests in the seconds after the kill. */
function changed(
  change: (request: RequestRecord) => RequestRecord[],
  changes: RunChanges = {},
): RunRecord {
  const record = sampleRun(changes);
  const requests = record.load.requests.flatMap((request) => {
    const isAfter = isSynchronous(request) && request.endMs > killedMs;
    return isAfter && request.dueMs < killedMs + 5000 ? change(request) : [request];
  });
  return { ...record, load: { ...record.load, requests } };
}

/** Every tenth answer comes so much later. */
function slower(byMs: number) {
  let count = 0;
  return (request: RequestRecord): RequestRecord[] => {
    return [count++ % 10 === 0 ? { ...request, endMs: request.endMs + byMs } : request];
  };
}

/** Nobody is answered for so long after the kill. */
function silent(forMs: number) {
  return (request: RequestRecord): RequestRecord[] =>
    request.endMs < killedMs + forMs ? [] : [request];
}

/** The machine stands still from the kill on for so long. */
function stalled(lagMs: number): RunChanges {
  return { load: { stalls: [{ atMs: killedMs + lagMs, lagMs }] } };
}

test('answers that are a little slower are not felt, and much slower ones are', () => {
  assert.equal(aDeadMasterIsNotFelt(changed(slower(45))).holds, true);
  const { holds, examples } = aDeadMasterIsNotFelt(changed(slower(80)));
  assert.equal(holds, false);
  assert.match(examples[0] ?? '', /^at 10\.0 s: 99 % within 10 ms before and 90 ms after/);
});

test('a short silence is not felt, and a long one is', () => {
  assert.equal(aDeadMasterIsNotFelt(changed(silent(230))).holds, true);
  const { holds, examples } = aDeadMasterIsNotFelt(changed(silent(300)));
  assert.equal(holds, false);
  assert.match(examples[0] ?? '', /longest time without a success 30\d ms \(3\d\d ms on node 2/);
});

test('silence for good is the worst of all', () => {
  assert.equal(aDeadMasterIsNotFelt(changed(() => [])).holds, false);
});

test('the time for which the machine stood still is allowed for, and no more', () => {
  const allowed = aDeadMasterIsNotFelt(changed(silent(300), stalled(100)));
  assert.equal(allowed.holds, true);
  assert.match(allowed.measured, /the machine stood still for 100 ms of it, which is allowed for$/);
  assert.equal(aDeadMasterIsNotFelt(changed(silent(300), stalled(30))).holds, false);
  assert.equal(aDeadMasterIsNotFelt(changed(silent(400), stalled(100))).holds, false);
  assert.equal(aDeadMasterIsNotFelt(changed(slower(140), stalled(100))).holds, true);
  assert.equal(aDeadMasterIsNotFelt(changed(slower(200), stalled(100))).holds, false);
});

test('a machine that stood still for long is not judged, unless that explains nothing', () => {
  const unknown = aDeadMasterIsNotFelt(changed(silent(400), stalled(210)));
  assert.equal(unknown.holds, null);
  assert.match(unknown.measured, /stood still for 210 ms of it: too long to judge$/);
  assert.equal(aDeadMasterIsNotFelt(changed(slower(800), stalled(210))).holds, null);
  assert.equal(aDeadMasterIsNotFelt(changed(silent(2000), stalled(210))).holds, false);
});

test('a kill with another fault beside it is not judged', () => {
  const beside = fault({ name: 'a slow disk', kind: 'disk', beganMs: 12_000, nodes: [2] });
  const { faults } = sampleRun();
  const { holds, measured } = aDeadMasterIsNotFelt(sampleRun({ faults: [...faults, beside] }));
  assert.equal(holds, null);
  assert.equal(measured, 'the Master was not killed alone');
});
