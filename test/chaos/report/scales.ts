/** From values to pixels, and which values deserve a line. */

export type Scale = (value: number) => number;

/** From [0, most] to [from, until]. */
export function linear(most: number, from: number, until: number): Scale {
  return (value) => from + (value / most) * (until - from);
}

/** From [least, most] to [from, until] by orders of magnitude; what is less stands at `from`. */
export function logarithmic(least: number, most: number, from: number, until: number): Scale {
  const orders = Math.log(most / least);
  return (value) => from + (Math.log(Math.max(value, least) / least) / orders) * (until - from);
}

/** 0 and some round values above, the last of them at least `most`. */
export function roundValues(most: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((each) => most / each <= 5) ?? 2000;
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, i) => i * step);
}

/** Powers of ten from 1, the last of them at least `most`. */
export function powersOfTen(most: number): number[] {
  const highest = Math.max(1, Math.ceil(Math.log10(Math.max(most, 1))));
  return Array.from({ length: highest + 1 }, (_, power) => 10 ** power);
}

const timeSteps = [1, 5, 10, 15, 30, 60, 120, 300, 600, 1800].map((seconds) => seconds * 1000);

/** Moments that people say, at most 13 of them. */
export function roundTimes(lastsMs: number): number[] {
  const step = timeSteps.find((each) => lastsMs / each <= 12) ?? 3_600_000;
  return Array.from({ length: Math.floor(lastsMs / step) + 1 }, (_, index) => index * step);
}

/** `2:05`, minutes and seconds. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
