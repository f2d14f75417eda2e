/** Measuring in turn, so that what drifts on a machine hits all alike. */

/** Rounds in turn, A B C, C B A, ...; the first `warmUps` rounds are not counted. */
export async function alternately<K extends string>(
  names: readonly K[],
  { warmUps, rounds }: { readonly warmUps: number; readonly rounds: number },
  measure: (name: K) => Promise<number>,
): Promise<Record<K, number[]>> {
  const found = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    K,
    number[]
  >;
  const reversed = [...names].reverse();
  for (let round = 0; round < warmUps + rounds; round++) {
    for (const name of round % 2 === 0 ? names : reversed) {
      const value = await measure(name);
      if (round >= warmUps) found[name].push(value);
    }
  }
  return found;
}

/** Per round, each with what was measured beside it. */
export function ratios(mine: readonly number[], its: readonly number[]): number[] {
  return mine.map((value, round) => value / (its[round] ?? Number.NaN));
}
