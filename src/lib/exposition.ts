/**
 * Lines of Prometheus text (exposition format 0.0.4): each family under its help and type, labels in one order, so that
 * two readings differ in their numbers alone. https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import { metricHelp } from './metric-help.js';
import type { TimeFigures } from './time-histogram.js';

type MetricType = 'counter' | 'gauge' | 'histogram';
export type Labels = Readonly<Record<string, string>>;

/** A metric of one value. */
export function single(type: 'counter' | 'gauge', name: string, value: number): string[] {
  return [...head(type, name), `${name} ${value}`];
}

/** A metric of one label, with a value for each of its names. */
export function family(
  type: 'counter' | 'gauge',
  name: string,
  label: string,
  values: Readonly<Record<string, number>>,
): string[] {
  const all = Object.entries(values);
  return series(
    type,
    name,
    all.map(([key, value]) => [{ [label]: key }, value]),
  );
}

/** A metric of any labels. */
export function series(
  type: 'counter' | 'gauge',
  name: string,
  values: Iterable<readonly [Labels, number]>,
): string[] {
  const lines = head(type, name);
  for (const [labels, value] of values) lines.push(`${name}{${labelText(labels)}} ${value}`);
  return lines;
}

/** Histograms of seconds, whose buckets have these upper bounds, and a last one that has none. */
export function histograms(
  name: string,
  bounds: readonly number[],
  values: Iterable<readonly [Labels, TimeFigures]>,
): string[] {
  const lines = head('histogram', name);
  for (const [labels, { counts, sumS }] of values) {
    const text = labelText(labels);
    const before = text === '' ? '' : `${text},`;
    let below = 0;
    for (const [index, bound] of [...bounds, '+Inf'].entries()) {
      below += counts[index] ?? 0;
      lines.push(`${name}_bucket{${before}le="${bound}"} ${below}`);
    }
    const braces = text === '' ? '' : `{${text}}`;
    lines.push(`${name}_sum${braces} ${sumS}`, `${name}_count${braces} ${below}`);
  }
  return lines;
}

function head(type: MetricType, name: string): string[] {
  const help = metricHelp[name];
  const lines = help === undefined ? [] : [`# HELP ${name} ${help}`];
  return [...lines, `# TYPE ${name} ${type}`];
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

function escaped(label: string): string {
  return label.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
