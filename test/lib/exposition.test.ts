import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { family, histograms, series, single, TickLag, TimeHistogram } from '../../src/lib/index.js';
import { metricHelp } from '../../src/lib/metric-help.js';
import { parseExposition } from '../exposition.js';

const textOf = (...lines: string[][]): string => `${lines.flat().join('\n')}\n`;

test('a family stands under its help and type, its labels in the order given', () => {
  const text = textOf(
    single('gauge', 'hearth_links', 3),
    series('counter', 'hearth_executions_total', [[{ start: 'warm', result: 'ok' }, 2]]),
  );
  assert.equal(
    text,
    '# HELP hearth_links Links to other nodes that are open.\n' +
      '# TYPE hearth_links gauge\n' +
      'hearth_links 3\n' +
      '# HELP hearth_executions_total Executions that ended on this node, by start and result; the start is none where no sandbox took part.\n' +
      '# TYPE hearth_executions_total counter\n' +
      'hearth_executions_total{start="warm",result="ok"} 2\n',
  );
  parseExposition(text);
});

test('labels may hold anything', () => {
  const odd = 'a"b\\c\nd,e}f=ü';
  const families = parseExposition(
    textOf(family('gauge', 'hearth_zygotes', 'state', { [odd]: 1 })),
  );
  assert.deepEqual(
    [...(families.get('hearth_zygotes')?.samples ?? [])],
    [['hearth_zygotes{state="a\\"b\\\\c\\nd,e}f=ü"}', 1]],
  );
});

test('a histogram counts what is at or below each bound, with or without other labels', () => {
  const histogram = new TimeHistogram([0.001, 0.01]);
  for (const ms of [0.5, 1, 5, 10, 10.5, 1e6]) histogram.add(ms);
  const name = 'hearth_execution_phase_seconds';
  const lines = histograms(name, [0.001, 0.01], [[{ phase: 'queue' }, histogram]]);
  assert.deepEqual(lines.slice(2), [
    `${name}_bucket{phase="queue",le="0.001"} 2`,
    `${name}_bucket{phase="queue",le="0.01"} 4`,
    `${name}_bucket{phase="queue",le="+Inf"} 6`,
    `${name}_sum{phase="queue"} ${histogram.sumS}`,
    `${name}_count{phase="queue"} 6`,
  ]);
  parseExposition(textOf(lines));
  parseExposition(textOf(histograms(name, [0.001, 0.01], [[{}, histogram]])));
});

test('the lag of a tick is what it came too late', () => {
  const lag = new TickLag(50);
  for (const nowMs of [0, 50, 100.5, 900]) lag.tick(nowMs);
  const { counts, sumS } = lag.figures();
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    3,
  );
  assert.ok(Math.abs(sumS - 0.75) < 1e-9, String(sumS));
});

test('every metric that a node tells has its help, and nothing else has one', () => {
  const source = fileURLToPath(new URL('../../../src', import.meta.url));
  const told = new Set<string>();
  for (const path of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!/(metrics|tracing)\.ts$/.test(path)) continue;
    const text = readFileSync(join(source, path), 'utf8');
    for (const [, name = ''] of text.matchAll(/'((?:hearth|process|nodejs)_[a-z0-9_]+)'/g)) {
      told.add(name);
    }
  }
  assert.deepEqual([...told].sort(), Object.keys(metricHelp).sort());
});
