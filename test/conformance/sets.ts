/** All sets of recordings, and how each is replayed. */
import { join } from 'node:path';
import { root } from '../e2e/cluster-harness.js';
import { LambdaWorld } from './lambda/world.js';
import type { RunningNode } from './node.js';
import type { ClearableWorld } from './run.js';
import { readSet, type Scenario } from './scenario.js';
import { StepFunctionsWorld } from './stepfunctions/world.js';

export interface RecordedSet {
  readonly name: string;
  /** How many of its scenarios are played at the same time: most of them wait for most of theirs. */
  readonly atOnce: number;
  /** Less than this share of its scenarios being equal is a fault, be each difference named. */
  readonly equalShareMin: number;
  world(node: RunningNode): ClearableWorld;
}

const lambdaWorld = (node: RunningNode): ClearableWorld => new LambdaWorld(node.client);
const workflowWorld = (node: RunningNode): ClearableWorld =>
  new StepFunctionsWorld(node.workflows, node.client);

export const recordedSets: readonly RecordedSet[] = [
  { name: 'lambda-api', atOnce: 1, equalShareMin: 0.9, world: lambdaWorld },
  { name: 'stepfunctions-pure', atOnce: 12, equalShareMin: 0.95, world: workflowWorld },
  { name: 'stepfunctions-lambda', atOnce: 8, equalShareMin: 0.88, world: workflowWorld },
  { name: 'stepfunctions-callback', atOnce: 12, equalShareMin: 0.75, world: workflowWorld },
  { name: 'stepfunctions-api', atOnce: 8, equalShareMin: 0.9, world: workflowWorld },
  { name: 'stepfunctions-teststate', atOnce: 8, equalShareMin: 0.95, world: workflowWorld },
  { name: 'stepfunctions-teststate-services', atOnce: 8, equalShareMin: 0.9, world: workflowWorld },
];

export function pathOf({ name }: RecordedSet): string {
  return join(root, '../shared/suites', `${name}.ndjson.gz`);
}

/** The scenarios of each of the sets, or undefined of one that is not on this machine. No two share a name. */
export function readSets(sets: readonly RecordedSet[]): Map<RecordedSet, Scenario[] | undefined> {
  const read = new Map<RecordedSet, Scenario[] | undefined>();
  let before = 0;
  for (const set of sets) {
    const scenarios = readSet(pathOf(set), before);
    read.set(set, scenarios);
    before += scenarios?.length ?? 0;
  }
  return read;
}

export const differencesPath = join(root, 'test/conformance/differences.json');
