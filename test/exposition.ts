/**
 * Reads Prometheus text as strictly as the format is written, and says where it is broken.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
import assert from 'node:assert/strict';

export interface Family {
  readonly type: string;
  readonly help: string;
  /** By name and labels, as written. */
  readonly samples: ReadonlyMap<string, number>;
}

const sampleShape = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const labelShape = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;
const numberShape = /^(?:[+-]?Inf|NaN|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

export function parseExposition(text: string): Map<string, Family> {
  assert.ok(text.endsWith('\n'), 'the last line ends');
  const families = new Map<string, { type: string; help: string; samples: Map<string, number> }>();
  let help: readonly [name: string, text: string] | null = null;
  let current: string | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      help = [name, rest];
    } else if (kind === 'TYPE') {
      assert.ok(!families.has(name), `${name} stands in one place`);
      assert.ok(help !== null && help[0] === name, `${name} has a help just before its type`);
      assert.ok(['counter', 'gauge', 'histogram', 'summary'].includes(rest), line);
      families.set(name, { type: rest, help: help[1], samples: new Map() });
      current = name;
      help = null;
    } else {
      addSample(line, current, families);
    }
  }
  for (const [name, { type, samples }] of families) {
    if (type === 'histogram') checkHistogram(name, samples);
    if (type === 'counter') assert.match(name, /_total$/);
  }
  return families;
}

function addSample(
  line: string,
  current: string | null,
  families: ReadonlyMap<string, { type: string; samples: Map<string, number> }>,
): void {
  const [, name = '', labels, value = ''] = sampleShape.exec(line) ?? [];
  assert.ok(name !== '', `no sample: ${line}`);
  const family = current === null ? undefined : families.get(current);
  assert.ok(family !== undefined && current !== null, `before any type: ${line}`);
  const base = family.type === 'histogram' ? name.replace(/_(bucket|sum|count)$/, '') : name;
  assert.equal(base, current, `under its own type: ${line}`);
  const names: string[] = [];
  labelShape.lastIndex = 0;
  for (let at = 0; at < (labels ?? '').length; at = labelShape.lastIndex) {
    const match = labelShape.exec(labels ?? '');
    assert.ok(match !== null, `labels: ${line}`);
    names.push(match[1] ?? '');
  }
  assert.equal(new Set(names).size, names.length, `a label twice: ${line}`);
  assert.match(value, numberShape, line);
  const key = `${name}{${labels ?? ''}}`;
  assert.ok(!family.samples.has(key), `twice: ${line}`);
  family.samples.set(key, Number(value.replace('Inf', 'Infinity')));
}

/** Buckets in order that only grow, the last one being the count. */
function checkHistogram(name: string, samples: ReadonlyMap<string, number>): void {
  const rows = new Map<string, { bounds: number[]; counts: number[] }>();
  for (const [key, value] of samples) {
    const [, labels = '', bound = ''] = /^\w+_bucket\{(.*?),?le="([^"]+)"\}$/.exec(key) ?? [];
    if (bound === '') continue;
    const row = rows.get(labels) ?? { bounds: [], counts: [] };
    rows.set(labels, row);
    row.bounds.push(Number(bound.replace('+Inf', 'Infinity')));
    row.counts.push(value);
  }
  for (const [labels, { bounds, counts }] of rows) {
    for (const list of [bounds, counts]) {
      assert.deepEqual(
        list,
        [...list].sort((a, b) => a - b),
        `${name} ${labels}`,
      );
    }
    assert.equal(bounds.at(-1), Number.POSITIVE_INFINITY);
    assert.equal(counts.at(-1), samples.get(`${name}_count{${labels}}`), `${name} ${labels}`);
    assert.ok(samples.has(`${name}_sum{${labels}}`));
  }
}
