/** What a list of answers comes to. */
import { quantile } from '../harness/quantiles.js';
import type { Answer } from './load.js';

export function started(answers: readonly Answer[], start: string): readonly Answer[] {
  return answers.filter((answer) => answer.start === start);
}

export function failures(answers: readonly Answer[]): readonly Answer[] {
  return answers.filter(({ error }) => error !== '');
}

export function between(
  answers: readonly Answer[],
  fromMs: number,
  untilMs: number,
): readonly Answer[] {
  return answers.filter(({ startMs }) => startMs >= fromMs && startMs < untilMs);
}

/** Share of those answered that met a warm sandbox, 0 to 1. */
export function warmShare(answers: readonly Answer[]): number {
  const answered = answers.filter(({ error }) => error === '');
  return started(answered, 'warm').length / answered.length;
}

export function tookMs(answers: readonly Answer[], share: number): number {
  return quantile(
    answers.map((answer) => answer.tookMs),
    share,
  );
}

/** Failures by what they say, ids and numbers left out, so that like ones are counted together. */
export function errorsOf(answers: readonly Answer[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { status, error } of failures(answers)) {
    const alike = `${status} ${error.replace(/[0-9a-f]{8,}/g, '...')}`;
    counts.set(alike, (counts.get(alike) ?? 0) + 1);
  }
  return counts;
}

/** The node that it was forwarded to went away: whether it ran cannot be known. */
export function isForwardLost({ status, error }: Answer): boolean {
  return status === 502 && error.includes('may have run');
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
export const ms = (value: number): string => value.toFixed(value < 100 ? 1 : 0);
