/** A run that kept its promises is not blamed, and each promise that is broken is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RawRecord } from '../chaos/load/raw-record.js';
import { broken, explained, phases, slowdown } from './judge.js';
import type { Killed, UpgradeRecord } from './records.js';

const request: RawRecord = {
  id: 'a',
  kind: 'invoke',
  functionName: 'hot',
  through: 'nginx',
  dueMs: 3000,
  endMs: 3010,
  status: 200,
  error: null,
  answeredBy: 'node',
  upstreams: '127.0.0.1:1',
  nodeId: 'n',
  hops: 0,
  version: 0,
  label: null,
  leastVersion: null,
};
const failure: RawRecord = { ...request, dueMs: 6000, endMs: 6100, status: 502, error: 'gone' };
const kill: Killed = {
  step: 'moving',
  atMs: 6050,
  http: '127.0.0.1:1',
  node: 'n',
  version: '1.0.0',
  nextAfterMs: 900,
};
const well: UpgradeRecord = {
  from: '1.0.0',
  to: '1.1.0',
  rate: 1,
  beganMs: 0,
  offeredMs: 5000,
  overMs: 9000,
  endedMs: 12_000,
  end: 'finalised',
  reason: null,
  steps: [],
  kills: [],
  aliveMin: 5,
  versions: { '1.1.0': 5 },
  formatLevel: 2,
  comparison: null,
  story: [],
  requests: [request, { ...request, dueMs: 6000, endMs: 6014 }],
  events: 1,
  lost: [],
  oddities: [],
  stalls: [],
};
const promised = { end: 'finalised', mayFail: false, slowdownMax: 1.5, requestsMin: 2 } as const;

test('a run in which all held is not blamed', () => {
  assert.deepEqual(broken(well, promised), []);
  assert.deepEqual(
    phases(well).map(({ p99Ms }) => p99Ms),
    [10, 14, null],
  );
  assert.equal(slowdown(well), 1.4);
});

test('each promise that was not kept is told', () => {
  const told = (change: Partial<UpgradeRecord>): string =>
    broken({ ...well, ...change }, promised).join();
  assert.match(told({ end: 'rolled-back', reason: 'slow' }), /it ended rolled-back.*slow/);
  assert.match(told({ versions: { '1.0.0': 1, '1.1.0': 4 } }), /not all nodes are of 1\.1\.0/);
  assert.match(told({ versions: { '1.1.0': 4 } }), /not 5 nodes/);
  assert.match(told({ lost: ['e'] }), /1 events are lost/);
  assert.match(told({ oddities: ['odd'] }), /1 answers are wrong: odd/);
  assert.match(told({ aliveMin: 4 }), /only 4 nodes were alive/);
  assert.match(told({ requests: [request] }), /only 1 requests/);
  assert.match(told({ requests: [request, failure] }), /1 requests failed: 6\.00 s/);
  const slow = { ...request, dueMs: 6000, endMs: 6016 };
  assert.match(told({ requests: [request, slow] }), /1\.60 times/);
});

test('a request that was under way at a kill is explained by it, and no other', () => {
  assert.equal(explained(failure, [kill]), kill);
  assert.equal(explained({ ...failure, dueMs: 7000, endMs: 7010 }, [kill]), null);
  assert.equal(explained({ ...failure, dueMs: 5000, endMs: 5010 }, [kill]), null);
  const elsewhere = { ...failure, upstreams: '127.0.0.1:2' };
  assert.equal(explained(elsewhere, [kill]), kill, 'another has forwarded it there');
  assert.equal(explained({ ...elsewhere, status: 503 }, [kill]), null);
  const requests = [request, { ...request, dueMs: 6000, endMs: 6014 }, failure];
  assert.deepEqual(broken({ ...well, requests, kills: [kill] }, promised), []);
});
