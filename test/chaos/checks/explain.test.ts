/** What explains a failed request, and what does not. The faults of the sample are those of the tables below. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultRecord, RequestRecord } from '../records.js';
import { explanationOf, mannerOf } from './explain.js';
import { failure, fault, masterKill, minorityCut, sampleBeganMs, sampleRun } from './sample-run.js';

/** A request that was due so long after the run began, and took so long. */
function failedAt(dueMs: number, tookMs: number, changes: Partial<RequestRecord> = {}) {
  const from = sampleBeganMs + dueMs;
  return failure({ dueMs: from, endMs: from + tookMs, ...changes });
}

function isExplained(request: RequestRecord, ...faults: FaultRecord[]): boolean {
  return explanationOf(request, sampleRun({ faults })) !== null;
}

const broken = { answeredBy: 'balancer', entered: [1] } as const;
const timedOut = { status: 504, answeredBy: 'balancer' } as const;
const functionFailed = { status: 200, error: 'Runtime.ExitError', ranOn: 2 } as const;
const behind = { kind: 'chained', status: 503, leastVersion: 2 } as const;
const unsent = { status: 0, error: 'not sent', entered: [] } as const;

test('a failure says how it came about', () => {
  assert.equal(mannerOf(failure()), 'lost');
  assert.equal(mannerOf(failure(broken)), 'broken');
  assert.equal(mannerOf(failure({ status: 0, error: 'ECONNRESET' })), 'broken');
  assert.equal(mannerOf(failure({ status: 0, error: 'timeout' })), 'unanswered');
  assert.equal(mannerOf(failure(timedOut)), 'unanswered');
  assert.equal(mannerOf(failure({ status: 429 })), 'refused');
  assert.equal(mannerOf(failure(unsent)), 'refused');
  assert.equal(mannerOf(failure(behind)), 'behind');
  assert.equal(mannerOf(failure(functionFailed)), 'function');
  assert.equal(mannerOf(failure({ status: 403, error: 'AccessDeniedException' })), 'denied');
  assert.equal(mannerOf(failure({ status: 500 })), 'denied');
});

test('a death explains what was in flight on the node, or had been forwarded to it', () => {
  const kill = masterKill();
  assert.ok(isExplained(failedAt(9_990, 20, broken), kill));
  assert.ok(isExplained(failedAt(9_990, 20, { entered: [3] }), kill), 'forwarded');
  assert.ok(isExplained(failedAt(10_040, 5, broken), kill), 'sent while it died');
  assert.ok(isExplained(failedAt(9_990, 30_000, { ...timedOut, entered: [3] }), kill));
});

test('a death does not explain what was over before it, or began after it', () => {
  const kill = masterKill();
  assert.ok(!isExplained(failedAt(9_900, 50, broken), kill));
  assert.ok(!isExplained(failedAt(10_060, 5, broken), kill));
  assert.ok(!isExplained(failedAt(12_000, 5), kill), 'forwarded to a node long dead');
});

test('a process may take longer to die than most', () => {
  const atMs = sampleBeganMs + 10_000;
  const kill = masterKill({ deaths: [{ who: 1, atMs, goneMs: atMs + 90 }] });
  assert.ok(isExplained(failedAt(10_080, 5, broken), kill));
  assert.ok(!isExplained(failedAt(10_100, 5, broken), kill));
});

test('a process may take longer to die on a machine that stands still', () => {
  const stalls = [{ atMs: sampleBeganMs + 10_080, lagMs: 60 }];
  const record = sampleRun({ faults: [masterKill()], load: { stalls } });
  assert.notEqual(explanationOf(failedAt(10_100, 5, broken), record), null);
});

test('a death does not explain a connection that broke at another node, or an answer by one', () => {
  const kill = masterKill();
  assert.ok(!isExplained(failedAt(9_990, 20, { ...broken, entered: [3] }), kill));
  assert.ok(!isExplained(failedAt(9_990, 20, { entered: [3], ranOn: 3 }), kill));
  assert.ok(!isExplained(failedAt(9_990, 20, { status: 500, entered: [1] }), kill), 'denied');
  assert.ok(!isExplained(failedAt(9_990, 20, { ...broken, status: 503 }), kill), 'refused');
});

test('a node that was told to stop loses nothing', () => {
  assert.ok(!isExplained(failedAt(9_990, 20, broken), masterKill({ kind: 'restart' })));
});

test('a cut explains what was in flight when it was made, and no broken connection of clients', () => {
  const cut = minorityCut();
  assert.ok(isExplained(failedAt(21_990, 150, { entered: [1] }), cut));
  assert.ok(isExplained(failedAt(22_300, 150, { entered: [5] }), cut), 'not yet noticed');
  assert.ok(!isExplained(failedAt(22_600, 150, { entered: [5] }), cut), 'long noticed');
  assert.ok(!isExplained(failedAt(21_990, 150, { ...broken, entered: [5] }), cut));
});

test('a node that stands still explains what is in it, and at first what was forwarded to it', () => {
  const pause = fault({ kind: 'pause', nodes: [3] });
  assert.ok(isExplained(failedAt(13_000, 3500, { ...timedOut, entered: [3] }), pause));
  assert.ok(isExplained(failedAt(10_100, 200, { entered: [2] }), pause));
  assert.ok(!isExplained(failedAt(13_000, 200, { entered: [2] }), pause), 'forwarded too late');
  assert.ok(!isExplained(failedAt(16_500, 20, { ...timedOut, entered: [3] }), pause), 'goes on');
});

test('a balancer that was killed explains what went through it', () => {
  const atMs = sampleBeganMs + 10_000;
  const restart = fault({
    kind: 'balancer',
    nodes: [],
    deaths: [{ who: 'nginx', atMs, goneMs: atMs + 5 }],
  });
  const reset = { status: 0, error: 'ECONNRESET' };
  assert.ok(isExplained(failedAt(9_990, 20, reset), restart));
  assert.ok(!isExplained(failedAt(9_990, 20, { ...reset, through: 'haproxy' }), restart));
  assert.ok(!isExplained(failedAt(9_990, 20), restart), 'a node answered');
});

test('a killed sandbox explains what failed in it, and nothing else', () => {
  const killed = fault({ kind: 'sandboxes', nodes: [2] });
  assert.ok(isExplained(failedAt(12_000, 20, functionFailed), killed));
  assert.ok(!isExplained(failedAt(12_000, 20), killed));
  assert.ok(!isExplained(failedAt(12_000, 20, functionFailed), masterKill()));
});

test('refusals are explained by pressure alone, and by nobody being there', () => {
  const full = { status: 429, error: 'TooManyRequestsException' };
  assert.ok(isExplained(failedAt(12_000, 20, full), fault({ kind: 'pressure', nodes: [2] })));
  assert.ok(isExplained(failedAt(12_000, 20, full), masterKill({ kind: 'outage' })));
  for (const each of [masterKill(), minorityCut({ beganMs: 10_000 }), fault({ kind: 'disk' })]) {
    assert.ok(!isExplained(failedAt(9_990, 20_000, full), each), each.kind);
    assert.ok(!isExplained(failedAt(9_990, 20, unsent), each), each.kind);
  }
});

test('a node may be behind until all agree again', () => {
  const cut = minorityCut();
  assert.ok(isExplained(failedAt(28_500, 100, behind), cut));
  assert.ok(!isExplained(failedAt(30_000, 100, behind), cut));
});

test('an outage explains everything until balancers know that all are there again', () => {
  const outage = masterKill({ kind: 'outage' });
  assert.ok(isExplained(failedAt(17_490, 5, { status: 403 }), outage));
  assert.ok(!isExplained(failedAt(17_510, 5), outage));
});
