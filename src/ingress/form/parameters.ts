/** Parameters of the queries of Hearth's own pages, each checked, and told by name where it is wrong. */
import { HearthError } from '../../types/index.js';

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds since 1970, ISO 8601, or so long ago, such as `10m`. Throws `invalid-parameter`. */
export function timeOf(name: string, query: URLSearchParams, wallMs: number): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const ago = /^(\d{1,9})([smhd])$/.exec(text);
  if (ago !== null) return wallMs - Number(ago[1]) * (units[ago[2] ?? ''] ?? 0);
  const timeMs = /^\d{1,16}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isSafeInteger(timeMs)) return timeMs;
  throw wrongParameter(
    name,
    'a time such as 2026-01-31T12:00:00Z, or so long ago, such as 90s, 10m, 2h, 1d',
  );
}

/** A whole number from 1 to `most`. Throws `invalid-parameter`. */
export function numberOf(name: string, query: URLSearchParams, most: number): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= most) return number;
  throw wrongParameter(name, `a number from 1 to ${most}`);
}

/** One of some words. Throws `invalid-parameter`. */
export function wordOf<Word extends string>(
  name: string,
  query: URLSearchParams,
  words: readonly Word[],
): Word | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const word = words.find((one) => one === text);
  if (word !== undefined) return word;
  throw wrongParameter(name, `one of ${words.join(', ')}`);
}

export function wrongParameter(name: string, what: string): HearthError {
  return new HearthError('invalid-parameter', `The parameter '${name}' must be ${what}.`);
}
