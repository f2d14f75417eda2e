/** What a scenario of the report is: a question about gossip that the simulator answers with figures. */

export interface ScenarioSettings {
  /** Sizes of cluster to run instead of the usual ones. */
  readonly sizes: readonly number[] | null;
  /** Trials per size (or seeds, or minutes: the scenario says) instead of the usual ones. */
  readonly trials: number | null;
  readonly seed: number;
  /** Shows how far it is. */
  progress(text: string): void;
}

/** The statistic that a promise is about. */
export type Statistic = 'mean' | 'p50' | 'p95' | 'p99' | 'max';

export interface Promised {
  readonly of: Statistic;
  readonly below: number;
}

export interface Measurement {
  readonly what: string;
  readonly nodes: number;
  readonly unit: 'us' | 'ms' | 'ms/s' | 'B/s' | '/s' | '';
  readonly values: readonly number[];
  /** What Hearth has to show, where something is promised. */
  readonly promised: Promised | null;
}

export interface Scenario {
  readonly name: string;
  /** One line, with what `--trials` counts. */
  readonly about: string;
  run(settings: ScenarioSettings): Measurement[];
}

export const secret = Buffer.from('a secret of the simulator');

export function statistic(values: readonly number[], of: Statistic): number {
  const sorted = [...values].sort((one, other) => one - other);
  if (sorted.length === 0) return Number.NaN;
  if (of === 'mean') return sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  if (of === 'max') return sorted.at(-1) ?? Number.NaN;
  const share = Number(of.slice(1)) / 100;
  // The nearest rank: the smallest value that at least this share does not exceed.
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

export function isKept({ values, promised }: Measurement): boolean {
  if (promised === null) return true;
  // A promise of zero is kept by zero.
  const value = statistic(values, promised.of);
  return promised.below === 0 ? value === 0 : value < promised.below;
}
