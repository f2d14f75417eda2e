/** What live AWS was recorded to answer, replayed against a real node: equal, or different for a reason that is named. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readNamed } from '../conformance/named.js';
import { type RunningNode, startNode } from '../conformance/node.js';
import { runSet, summarise } from '../conformance/run.js';
import { differencesPath, readSets, recordedSets } from '../conformance/sets.js';

const sets = readSets(recordedSets);
let node: RunningNode | undefined;

before(async () => {
  if ([...sets.values()].some((scenarios) => scenarios !== undefined)) node = await startNode();
});
after(() => node?.stop());

for (const [set, scenarios] of sets) {
  const skip =
    scenarios === undefined && `../shared/suites/${set.name}.ndjson.gz is not on this machine`;
  test(`${set.name}: answers are what live AWS was recorded to answer, but for named differences`, {
    skip,
  }, async (t) => {
    assert.ok(node);
    const named = readNamed(differencesPath, set.name, node.sandbox);
    const results = await runSet(scenarios ?? [], set.world(node), undefined, set.atOnce);
    const { equal, total, complaints } = summarise(results, named);
    t.diagnostic(`${equal} of ${total} scenarios are equal`);
    assert.deepEqual(complaints, []);
    assert.ok(equal >= total * set.equalShareMin, `only ${equal} of ${total} are equal`);
  });
}
