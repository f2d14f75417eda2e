/** Which seeds a random test runs: what the environment asks for, else some fixed ones and some fresh. */

export interface SeedPlan {
  /** Names of environment variables: where to begin, and how many. */
  readonly firstSeed: string;
  readonly seedCount: string;
  readonly fixedSeeds: number;
  readonly freshSeeds: number;
}

export function seedsOf({ firstSeed, seedCount, fixedSeeds, freshSeeds }: SeedPlan): number[] {
  const first = process.env[firstSeed];
  const size = process.env[seedCount];
  const count = (from: number, length: number): number[] =>
    Array.from({ length }, (_, index) => from + index);
  if (first !== undefined) return count(Number(first), Number(size ?? 1));
  if (size !== undefined) return count(1, Number(size));
  return [...count(1, fixedSeeds), ...count(1 + (Date.now() % 2 ** 31), freshSeeds)];
}
