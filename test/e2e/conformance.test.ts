/** What live AWS was recorded to answer, replayed against a real node: equal, or different for a reason that is named. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startNode } from '../conformance/lambda/node.js';
import { LambdaWorld } from '../conformance/lambda/world.js';
import { readNamed } from '../conformance/named.js';
import { runSet, summarise } from '../conformance/run.js';
import { readSet } from '../conformance/scenario.js';
import { root } from './cluster-harness.js';

const set = 'suites/lambda-api.ndjson.gz';
const scenarios = readSet(join(root, '../shared', set));
const skip = scenarios === undefined && `../shared/${set} is not on this machine`;

test('the Lambda API answers what live AWS was recorded to answer, but for named differences', {
  skip,
}, async (t) => {
  const node = await startNode();
  t.after(() => node.stop());
  const named = readNamed(join(root, 'test/conformance/differences.json'), node.sandbox);
  const results = await runSet(scenarios ?? [], new LambdaWorld(node.client));
  const { equal, total, complaints } = summarise(results, named);
  t.diagnostic(`${equal} of ${total} scenarios are equal`);
  assert.deepEqual(complaints, []);
  assert.ok(equal >= total * 0.9, `only ${equal} of ${total} are equal`);
});
