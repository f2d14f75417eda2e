/** Versions and aliases that are missing, forked or moved back are seen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deploysAreNotLost,
  neverTwoVersionsForOneNumber,
  switchesAreNotUndone,
} from './deploys.js';
import { request, sampleRun } from './sample-run.js';

const { load } = sampleRun();

test('a version that one node lacks in the end is lost', () => {
  const versions = load.versions.filter(({ node, version }) => node !== 4 || version !== 2);
  const { holds, examples } = deploysAreNotLost(sampleRun({ load: { versions } }));
  assert.equal(holds, false);
  assert.match(examples[0] ?? '', /^node 4 lacks zipf-1:2/);
});

test('a publishing without an answer promises nothing', () => {
  const open = request({ kind: 'publish', status: 0, error: 'timeout', version: null, label: 'x' });
  assert.equal(deploysAreNotLost(sampleRun({ load: { requests: [open] } })).holds, true);
});

test('two nodes that know different versions by one number are seen', () => {
  const versions = load.versions.map((each) =>
    each.node === 3 && each.version === 1 ? { ...each, label: 'other' } : each,
  );
  const { holds, examples } = neverTwoVersionsForOneNumber(sampleRun({ load: { versions } }));
  assert.equal(holds, false);
  assert.match(examples[0] ?? '', /zipf-1:1 is first to node 1, and other to node 3/);
});

test('a publisher who was told a number that is another version to the nodes is seen', () => {
  const mine = request({ kind: 'publish', status: 201, version: 2, label: 'mine' });
  const { holds, examples } = neverTwoVersionsForOneNumber(
    sampleRun({ load: { requests: [mine] } }),
  );
  assert.equal(holds, false);
  assert.match(examples[0] ?? '', /mine to its publisher/);
});

test('an alias that is behind its last acknowledged switch, or gone, is seen', () => {
  const behind = load.aliases.map((each) => (each.node === 2 ? { ...each, version: 1 } : each));
  const gone = load.aliases.filter(({ node }) => node !== 2);
  for (const [aliases, told] of [
    [behind, /zipf-1 on node 2 is at 1 after a switch to 2/],
    [gone, /zipf-1 on node 2 has no alias/],
  ] as const) {
    const { holds, examples } = switchesAreNotUndone(sampleRun({ load: { aliases } }));
    assert.equal(holds, false);
    assert.match(examples[0] ?? '', told);
  }
});

test('an alias may be farther than the last switch that was acknowledged', () => {
  const aliases = load.aliases.map((each) => ({ ...each, version: 3 }));
  assert.equal(switchesAreNotUndone(sampleRun({ load: { aliases } })).holds, true);
});
