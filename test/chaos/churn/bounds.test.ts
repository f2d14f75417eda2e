import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeChurn, leaksOf } from './bounds.js';
import type { ChurnRecord, Holdings } from './churn.js';
import { quotasOf } from './hour.js';

const MiB = 1024 * 1024;

function holdings(node: number, more: Partial<Holdings> = {}): Holdings {
  return {
    node,
    residentBytes: 150 * MiB,
    heldBytes: 60 * MiB,
    descriptors: 50,
    sockets: 20,
    processes: 8,
    cgroups: 10,
    mounts: 12,
    files: 800,
    fileBytes: MiB,
    filesOf: { temporary: { files: 700, bytes: 0 }, code: { files: 90, bytes: 0 } },
    ...more,
  };
}

/** Of two nodes, of which the second is restarted: what both hold at the end, and at half. */
function recordOf(
  share: number,
  last: Partial<Holdings>,
  half: Partial<Holdings> = {},
): ChurnRecord {
  const both = (more: Partial<Holdings>): Holdings[] => [1, 2].map((node) => holdings(node, more));
  return {
    share,
    tookMs: 1000,
    quotas: quotasOf(share),
    sandboxesMade: 1,
    good: 1,
    other: {},
    restless: 2,
    before: both({}),
    half: both(half),
    after: both(last),
    remains: [],
  };
}

test('a cluster that holds what it held before leaks nothing, whatever code waits to be cleared', () => {
  const filesOf = { temporary: { files: 700, bytes: 0 }, code: { files: 5000, bytes: MiB } };
  assert.deepEqual(leaksOf(recordOf(1, { filesOf })), []);
});

test('what is not back is named with its node and its figures', () => {
  for (const [change, what] of [
    [{ processes: 9 }, 'processes 8 before, 8 at half, 9 at the end, at most 8'],
    [{ cgroups: 11 }, 'cgroups 10 before, 10 at half, 11 at the end, at most 10'],
    [{ mounts: 13 }, 'mounts 12 before, 12 at half, 13 at the end, at most 12'],
    [{ sockets: 24 }, 'sockets 20 before, 20 at half, 24 at the end, at most 23'],
    [
      { filesOf: { temporary: { files: 701, bytes: 0 } } },
      'temporary files 700 before, 700 at half, 701 at the end, at most 700',
    ],
  ] as const) {
    assert.deepEqual(
      leaksOf(recordOf(1, change)),
      [1, 2].map((node) => `node ${node}: ${what}`),
    );
  }
  const remains = ['/tmp/hearth-abcdef'];
  assert.deepEqual(leaksOf({ ...recordOf(1, {}), remains }), [
    'left by a node that has ended: /tmp/hearth-abcdef',
  ]);
});

test('what the first half has added may stay, and not be added to', () => {
  assert.deepEqual(leaksOf(recordOf(1, { mounts: 13 }, { mounts: 13 })), []);
  assert.equal(leaksOf(recordOf(1, { mounts: 14 }, { mounts: 13 })).length, 2);
});

test('memory may grow in the second half by what is kept for a day, and not by more', () => {
  const grown = (share: number, bytes: number): string[] =>
    leaksOf(recordOf(share, { heldBytes: 60 * MiB + bytes }));
  assert.deepEqual(grown(1, 20 * MiB), []);
  assert.equal(grown(1, 22 * MiB).length, 2);
  assert.equal(grown(0.1, 20 * MiB).length, 2);
});

test('what an hour would bring is told of nodes that were not started again meanwhile', () => {
  const half = { heldBytes: 60 * MiB };
  const findings = judgeChurn(recordOf(0.5, { heldBytes: 61 * MiB }, half));
  const held = findings.filter(({ what }) => what.startsWith('held'));
  assert.deepEqual(
    held.map(({ perHour }) => perHour),
    [4 * MiB, null],
  );
});
