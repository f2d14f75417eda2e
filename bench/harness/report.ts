/** What each part of the benchmark found, as lines of one table. */
import Table from 'cli-table3';
import { quantile } from './quantiles.js';

export interface Line {
  readonly what: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** How many were measured. */
  readonly count: number;
  /** What was promised of it, such as `<= 1.3`; empty where nothing was. */
  readonly promised: string;
  /** Of what was promised; true where nothing was. */
  readonly held: boolean;
}

/** Of the widest column; what is longer goes on in the next line. */
const whatChars = 64;

export type Promised = readonly [relation: '<=' | '>=', value: number];

export function lineOf(
  what: string,
  unit: string,
  values: readonly number[],
  promised?: Promised,
): Line {
  const [median, min, max] = [0.5, 0, 1].map((share) => quantile(values, share)) as [
    number,
    number,
    number,
  ];
  const held =
    promised === undefined ||
    (promised[0] === '<=' ? median <= promised[1] : median >= promised[1]);
  const text = promised?.join(' ') ?? '';
  return { what, unit, median, min, max, count: values.length, promised: text, held };
}

/** Of what this machine cannot have, and why. */
export function absentLine(what: string, reason: string): Line {
  return lineOf(`${what}: not here: ${reason}`, '', []);
}

/** Of a part that could not be measured: the rest still is. */
export function failedLine(part: string): Line {
  return { ...lineOf(`${part}: failed`, '', []), promised: 'to be measured', held: false };
}

export function tableOf(lines: readonly Line[]): string {
  const head = ['', 'unit', 'median', 'min', 'max', 'count', 'promised', ''];
  const colWidths = [whatChars];
  const table = new Table({ head, colWidths, wordWrap: true, style: { head: [], border: [] } });
  for (const { what, unit, median, min, max, count, promised, held } of lines) {
    const verdict = promised === '' ? '' : held ? 'held' : 'NOT HELD';
    table.push([what, unit, shown(median), shown(min), shown(max), count, promised, verdict]);
  }
  return table.toString();
}

function shown(value: number): string {
  if (Number.isNaN(value)) return '';
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}

/** What the benchmark is at, for who waits; the table alone goes to standard output. */
export function progress(text: string): void {
  console.error(`  ${text}`);
}
