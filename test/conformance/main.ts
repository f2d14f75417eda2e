/**
 * `npm run conformance [-- [--set NAME]... [--lab] [WORDS]]`: replays what live AWS was recorded to answer against a
 * running node, and prints how much of it is equal. `--set pure` plays only the sets whose names end so; with words,
 * only scenarios whose names hold one, with what was expected. `--lab` plays stepfunctions-pure in the engine alone,
 * within a second and without holding anything to the named differences.
 */
import { parseArgs } from 'node:util';
import { stopLab } from '../workflow/lab.js';
import { readNamed } from './named.js';
import { type RunningNode, startNode } from './node.js';
import { type Result, runSet, shown, summarise } from './run.js';
import { type Scenario, shortId } from './scenario.js';
import { differencesPath, type RecordedSet, readSets, recordedSets } from './sets.js';
import { LabWorld } from './stepfunctions/lab-world.js';

const labSet = 'stepfunctions-pure';
const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: 'string', multiple: true, default: [] },
    lab: { type: 'boolean', default: false },
  },
});
const wantedSets = recordedSets.filter(({ name }) =>
  values.lab
    ? name === labSet
    : values.set.length === 0 || values.set.some((ending) => name.endsWith(ending)),
);
const sets = readSets(wantedSets);
const lines: string[] = [];
for (const [{ name }, scenarios] of sets) {
  if (scenarios === undefined) {
    lines.push(`skipped: ${name} (../shared/suites/${name}.ndjson.gz is not on this machine)`);
  }
}
if (values.lab) {
  for (const scenarios of sets.values()) {
    if (scenarios === undefined) continue;
    const results = await runSet(wanted(scenarios), new LabWorld(), show);
    const { equal, total } = summarise(results, {}, true);
    lines.push(`${labSet} in the engine alone: ${equal}/${total} equal`);
  }
  stopLab();
} else if ([...sets.values()].some((scenarios) => scenarios !== undefined)) {
  const node = await startNode();
  try {
    for (const [set, scenarios] of sets) {
      if (scenarios !== undefined) lines.push(...(await play(set, scenarios, node)));
    }
  } finally {
    await node.stop();
  }
}
console.log(lines.join('\n'));

/** Tells of each scenario at once, and gives the lines of the summary. */
async function play(
  set: RecordedSet,
  all: readonly Scenario[],
  node: RunningNode,
): Promise<readonly string[]> {
  const chosen = wanted(all);
  if (chosen.length === 0) return [];
  const results = await runSet(chosen, set.world(node), show, set.atOnce);
  const named = readNamed(differencesPath, set.name, node.sandbox);
  const { equal, total, skipped, complaints } = summarise(results, named, words.length > 0);
  if (complaints.length > 0) process.exitCode = 1;
  const rest = skipped > 0 ? `, ${skipped} skipped` : '';
  return [`${set.name}: ${equal}/${total} equal${rest}`, ...complaints.map((line) => `  ${line}`)];
}

function wanted(all: readonly Scenario[]): readonly Scenario[] {
  return all.filter(
    (scenario) => words.length === 0 || words.some((word) => shortId(scenario).includes(word)),
  );
}

function show({ id, differences, skipped, ms }: Result): void {
  if (skipped !== undefined) console.log(`skip  ${id} (${skipped})`);
  else if (differences.length === 0) console.log(`equal ${id} (${Math.round(ms)} ms)`);
  else console.log(`diff  ${id} (${Math.round(ms)} ms)`);
  for (const { path, expected, actual } of differences) {
    console.log(`        ${path}`);
    if (words.length === 0) continue;
    for (const [what, value] of Object.entries({ expected, actual })) {
      console.log(`          ${what}: ${shown(value)}`);
    }
  }
}
