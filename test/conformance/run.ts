/** Replays a set of scenarios and reports: how many are equal, what differs, and what nobody explained. */
import type { Difference } from './differing.js';
import type { NamedDifferences } from './named.js';
import { unexplained } from './named.js';
import { replay, type World } from './replay.js';
import { type Scenario, shortId } from './scenario.js';

export interface Result {
  readonly id: string;
  readonly differences: readonly Difference[];
  /** Why nothing was compared, of a scenario that needs what is not there. */
  readonly skipped?: string;
  readonly ms: number;
}

/** A world that can be made empty again. */
export interface ClearableWorld extends World {
  clear(): Promise<void>;
  /** Whether others at the same time, or what they leave behind, would change what a scenario is answered. */
  alone(scenario: Scenario): boolean;
  /** Whether a scenario can be played without this service, or with it. */
  has(service: string): boolean;
}

/** First those that have to be alone, each in an empty world, then all others, some at a time. */
export async function runSet(
  scenarios: readonly Scenario[],
  world: ClearableWorld,
  told: (result: Result) => void = () => {},
  atOnce = 1,
): Promise<Result[]> {
  const results = new Map<Scenario, Result>();
  const run = async (scenario: Scenario): Promise<void> => {
    const result = await runOne(scenario, world);
    results.set(scenario, result);
    told(result);
  };
  for (const scenario of scenarios.filter((one) => world.alone(one))) {
    await run(scenario);
    await world.clear();
  }
  const rest = scenarios.filter((one) => !world.alone(one)).values();
  const lane = async (): Promise<void> => {
    for (const scenario of rest) await run(scenario);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  await world.clear();
  return scenarios.flatMap((scenario) => results.get(scenario) ?? []);
}

async function runOne(scenario: Scenario, world: ClearableWorld): Promise<Result> {
  const id = shortId(scenario);
  const lacking = scenario.needs.filter((name) => !world.has(name));
  if (lacking.length > 0) {
    return { id, differences: [], skipped: `needs ${lacking.join(', ')}`, ms: 0 };
  }
  const begin = performance.now();
  let differences: readonly Difference[];
  try {
    const played = await replay(scenario, world);
    const nothing = { path: '(nothing to compare)', expected: null, actual: null };
    differences = played.compared === 0 ? [nothing] : played.differences;
  } catch (error) {
    differences = [{ path: '(replay)', expected: null, actual: String(error) }];
  }
  return { id, differences, ms: performance.now() - begin };
}

export interface Summary {
  readonly equal: number;
  readonly total: number;
  readonly skipped: number;
  /** One line for each difference without a reason, and each reason without a difference. */
  readonly complaints: readonly string[];
}

const shownCharsMax = 400;

/** A value for people, or the beginning of a long one. */
export function shown(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, shownCharsMax);
}

/** `partial`: not all scenarios were run, so that no name can be called stale. */
export function summarise(
  results: readonly Result[],
  named: NamedDifferences,
  partial = false,
): Summary {
  const complaints: string[] = [];
  for (const { id, differences, skipped } of results) {
    if (skipped !== undefined) continue;
    const paths = differences.map(({ path }) => path);
    const { unnamed, stale } = unexplained(paths, named[id]);
    const told = differences.filter(({ path }) => unnamed.includes(path));
    for (const { path, expected, actual } of told) {
      const what = `${shown(expected)} was recorded, not ${shown(actual)}`;
      complaints.push(`not named: ${id} ${path}: ${what}`);
    }
    complaints.push(...stale.map((path) => `no longer differs: ${id} ${path}`));
  }
  const known = new Set(results.map(({ id }) => id));
  const gone = partial ? [] : Object.keys(named).filter((id) => !known.has(id));
  complaints.push(...gone.map((id) => `no such scenario: ${id}`));
  const played = results.filter(({ skipped }) => skipped === undefined);
  return {
    equal: played.filter(({ differences }) => differences.length === 0).length,
    total: played.length,
    skipped: results.length - played.length,
    complaints,
  };
}
