/** What is left behind, and by whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodesComeBack, nothingLeaks, nothingOdd } from './leftovers.js';
import { census, masterKill, sampleRun } from './sample-run.js';

test('a node that does not come back is told of with its fault', () => {
  const faults = [masterKill({ oddities: ['node 1 did not start within 40 s'] })];
  const { holds, examples } = nodesComeBack(sampleRun({ faults }));
  assert.equal(holds, false);
  assert.deepEqual(examples, ['"kill the Master" at 10.0 s: node 1 did not start within 40 s']);
});

test('what clients found odd is told', () => {
  const { holds, examples } = nothingOdd(sampleRun({ load: { oddities: ['an answer of q7'] } }));
  assert.equal(holds, false);
  assert.deepEqual(examples, ['an answer of q7']);
});

test('each thing of which a node holds much more than before is told', () => {
  for (const [more, told] of [
    [{ residentBytes: 400e6 }, /^node 3 has 381 MiB memory, 267 MiB more than before; 150 MiB/],
    [{ descriptors: 300 }, /^node 3 has 300 descriptors, 210 more than before; 80 more are/],
    [{ sockets: 200 }, /sockets/],
    [{ processes: 90 }, /processes/],
    [{ cgroups: 150 }, /control groups/],
    [{ files: 5000 }, /files/],
    [{ fileBytes: 1e9 }, /bytes in files/],
  ] as const) {
    const { holds, examples } = nothingLeaks(sampleRun({ after: census(more) }));
    assert.equal(holds, false, `${told}`);
    assert.match(examples[0] ?? '', told);
    assert.equal(
      nothingLeaks(sampleRun({ before: census(more), after: census(more) })).holds,
      true,
    );
  }
});

test('what belongs to sandboxes that are warm is no leak', () => {
  const warm = { processes: 50, descriptors: 240, sockets: 170, cgroups: 150, files: 250 };
  assert.equal(nothingLeaks(sampleRun({ after: census(warm) })).holds, true);
  const leaking = { ...warm, cgroups: 230 };
  assert.equal(nothingLeaks(sampleRun({ after: census(leaking) })).holds, false);
});

test('a node that is not there in the end has left', () => {
  const after = { ...census(), nodes: census().nodes.slice(0, 4) };
  assert.deepEqual(nothingLeaks(sampleRun({ after })).examples, ['node 5 is not there in the end']);
});
