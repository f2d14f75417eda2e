/**
 * `npm run conformance [-- WORDS]`: replays what live AWS was recorded to answer against a running node, and
 * prints how much of it is equal. With words, only scenarios whose names hold one, with what was expected.
 */
import { join } from 'node:path';
import { root } from '../e2e/cluster-harness.js';
import { startNode } from './lambda/node.js';
import { LambdaWorld } from './lambda/world.js';
import { readNamed } from './named.js';
import { type Result, runSet, summarise } from './run.js';
import { readSet, shortId } from './scenario.js';

const shownChars = 400;
const words = process.argv.slice(2);
const all = readSet(join(root, '../shared/suites/lambda-api.ndjson.gz'));
if (all === undefined) {
  console.log(
    'skipped: conformance (../shared/suites/lambda-api.ndjson.gz is not on this machine)',
  );
} else {
  const wanted = all.filter(
    (scenario) => words.length === 0 || words.some((word) => shortId(scenario).includes(word)),
  );
  const node = await startNode();
  const named = readNamed(join(root, 'test/conformance/differences.json'), node.sandbox);
  let results: Result[];
  try {
    results = await runSet(wanted, new LambdaWorld(node.client), show);
  } finally {
    await node.stop();
  }
  const { equal, total, skipped, complaints } = summarise(results, named, words.length > 0);
  console.log(`lambda-api: ${equal}/${total} equal${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  for (const complaint of complaints) console.log(complaint);
  if (complaints.length > 0) process.exitCode = 1;
}

function show({ id, differences, skipped, ms }: Result): void {
  if (skipped !== undefined) console.log(`skip  ${id} (${skipped})`);
  else if (differences.length === 0) console.log(`equal ${id} (${Math.round(ms)} ms)`);
  else console.log(`diff  ${id} (${Math.round(ms)} ms)`);
  for (const { path, expected, actual } of differences) {
    console.log(`        ${path}`);
    if (words.length === 0) continue;
    for (const [what, value] of Object.entries({ expected, actual })) {
      console.log(`          ${what}: ${JSON.stringify(value)?.slice(0, shownChars)}`);
    }
  }
}
