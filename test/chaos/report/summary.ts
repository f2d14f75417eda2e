/** What came out, as lines for a terminal, and as one word. */
import type { CheckResult } from '../checks/types.js';

export const marks = { holds: '✓', broken: '✗', unknown: '–' } as const;

export function markOf({ holds }: CheckResult): string {
  if (holds === null) return marks.unknown;
  return holds ? marks.holds : marks.broken;
}

/** `14 of 16 checks hold, 1 does not, 1 is not judged`. */
export function verdictOf(results: readonly CheckResult[]): string {
  const holding = results.filter(({ holds }) => holds === true).length;
  const broken = results.filter(({ holds }) => holds === false).length;
  const unknown = results.length - holding - broken;
  const parts = [`${holding} of ${results.length} checks hold`];
  if (broken > 0) parts.push(`${broken} ${broken === 1 ? 'does' : 'do'} not`);
  if (unknown > 0) parts.push(`${unknown} ${unknown === 1 ? 'is' : 'are'} not judged`);
  return parts.join(', ');
}

/** One line a check, those that break it below, and the verdict last, where people look first. */
export function summaryLines(results: readonly CheckResult[]): string[] {
  const width = Math.max(0, ...results.map(({ id }) => id.length));
  const lines = results.flatMap((result) => [
    `${markOf(result)} ${result.id.padEnd(width)}  ${result.measured}`,
    ...result.examples.map((example) => `    ${example}`),
  ]);
  return [...lines, '', `${verdictOf(results)}.`];
}
