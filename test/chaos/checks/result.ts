/** One way to say whether something holds. */
import type { CheckResult } from './types.js';

/** What was looked at, and what broke it. */
export interface Findings {
  readonly id: string;
  readonly title: string;
  /** How many were looked at; of nothing nothing is said. */
  readonly counted: number;
  /** Why there was nothing to look at: `no event was accepted`. */
  readonly nothing: string;
  readonly broken: readonly string[];
  readonly measured: string;
}

const examplesMax = 5;

export function resultOf({ id, title, counted, nothing, broken, measured }: Findings): CheckResult {
  // what is broken is told even where little was counted
  if (counted === 0 && broken.length === 0) {
    return { id, title, holds: null, measured: nothing, examples: [] };
  }
  const examples = broken.slice(0, examplesMax);
  return { id, title, holds: broken.length === 0, measured, examples };
}

/** `1 node`, `2 nodes`, `1,234 requests`, `2 switches`. */
export function counted(count: number, noun: string, plural = 's'): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : plural}`;
}

/** `99.9876 %`; never rounded up to a whole. */
export function percent(share: number, digits: number): string {
  const scale = 10 ** digits;
  return `${(Math.floor(share * 100 * scale) / scale).toFixed(digits)} %`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function wholeMs(ms: number): string {
  return `${Math.round(ms)} ms`;
}
