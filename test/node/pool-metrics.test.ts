import assert from 'node:assert/strict';
import { test } from 'node:test';
import { poolMetrics } from '../../src/node/pool-metrics.js';
import { coldSandbox, invocation, record, setUp } from '../executor/fixture.js';

test('what the pools do is told as Prometheus text', async () => {
  const { driver, clock, executor } = setUp();
  executor.keep(record, { total: 1, spare: 0 });
  const running = executor.invoke(record, invocation('r1'));
  clock.advance(20);
  (await coldSandbox(driver)).answer('1');
  await running;
  executor.limit('g', 0);
  await assert.rejects(executor.invoke({ ...record, name: 'g' }, invocation('r2')));
  const lines = poolMetrics(executor).split('\n');
  for (const line of [
    'hearth_sandboxes{state="idle"} 1',
    'hearth_sandboxes{state="busy"} 0',
    'hearth_waiting_requests 0',
    'hearth_pool_events_total{event="cold"} 1',
    'hearth_sandbox_starts_total{reason="floor"} 1',
    'hearth_sandbox_ends_total{reason="memory"} 0',
    'hearth_refusals_total{reason="nothing-reserved"} 1',
    'hearth_queue_waits_total 1',
    'hearth_queue_wait_seconds_total 0.02',
  ]) {
    assert(lines.includes(line), line);
  }
});
