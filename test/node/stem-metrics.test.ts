import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { SandboxSource } from '../../src/executor/index.js';
import { SimulatedClock, silentLogger } from '../../src/lib/index.js';
import { stemMetrics } from '../../src/node/stem-metrics.js';
import { FakeDriver, settle } from '../executor/fake-source.js';
import { parseExposition } from '../exposition.js';

test('where sandboxes come from is told as Prometheus text', async () => {
  const driver = new FakeDriver();
  const clock = new SimulatedClock();
  const source = new SandboxSource(
    { driver, clock, logger: silentLogger, busy: () => false, memoryShort: () => false },
    { stemCellsMax: 1, initialStems: [{ runtime: 'python', memoryMb: 128, ephemeralMb: 512 }] },
  );
  source.start();
  driver.stems[0]?.ready();
  await settle();
  const text = stemMetrics(source);
  parseExposition(text);
  const lines = text.split('\n');
  for (const line of [
    'hearth_sandboxes_made_total{from="stem"} 0',
    'hearth_sandboxes_fell_through_total{from="fork"} 0',
    'hearth_stem_cells{state="ready"} 1',
    'hearth_stem_cell_events_total{event="booted"} 1',
    'hearth_zygotes{state="refused"} 0',
  ]) {
    assert.ok(lines.includes(line), line);
  }
  await source.stop();
});
