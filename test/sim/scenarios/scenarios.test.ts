import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { falseDeaths } from './false-deaths.js';
import { killedProcess } from './killed-process.js';
import { leave } from './leave.js';
import { partition } from './partition.js';
import { routing } from './routing.js';
import { isKept, type Measurement, type Statistic, statistic } from './scenario.js';
import { silentHost } from './silent-host.js';
import { traffic } from './traffic.js';

test('every scenario measures what it is about, and small clusters keep the promises', () => {
  const settings = { sizes: [4], trials: 1, seed: 1, progress: () => {} };
  const scenarios = [killedProcess, silentHost, leave, falseDeaths, partition, traffic, routing];
  for (const scenario of scenarios) {
    const rows = scenario.run(settings);
    assert.ok(rows.some(({ promised }) => promised !== null));
    for (const row of rows) {
      assert.ok(row.values.length > 0 && row.values.every(Number.isFinite), row.what);
      assert.ok(isKept(row), `${row.what}: ${row.values.join(' ')}`);
    }
  }
});

test('statistics are by nearest rank, and a promise is kept below its number', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  const of = (name: Statistic): number => statistic(values, name);
  assert.deepEqual(
    [of('p50'), of('p95'), of('p99'), of('max'), of('mean')],
    [50, 95, 99, 100, 50.5],
  );
  assert.equal(statistic([7], 'p50'), 7);
  const row: Measurement = { what: '', nodes: 3, unit: 'ms', values, promised: null };
  assert.ok(isKept({ ...row, promised: { of: 'p95', below: 96 } }));
  assert.ok(!isKept({ ...row, promised: { of: 'p95', below: 95 } }));
  assert.ok(isKept({ ...row, values: [0], promised: { of: 'max', below: 0 } }));
  assert.ok(!isKept({ ...row, values: [1], promised: { of: 'max', below: 0 } }));
});
