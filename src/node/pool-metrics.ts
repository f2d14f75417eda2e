/** What the executor counts, as Prometheus text. */
import type { Executor } from '../executor/index.js';
import { family, single } from '../lib/index.js';

export function poolMetrics(executor: Executor): string {
  const { functions, counters, pools } = executor.stats();
  const totals = { idle: 0, busy: 0, starting: 0, waiting: 0 };
  for (const stats of Object.values(functions)) {
    totals.idle += stats.idle;
    totals.busy += stats.busy;
    totals.starting += stats.starting;
    totals.waiting += stats.waiting;
  }
  const { waiting, ...sandboxes } = totals;
  return [
    ...family('gauge', 'hearth_sandboxes', 'state', sandboxes),
    ...single('gauge', 'hearth_waiting_requests', waiting),
    ...family('counter', 'hearth_pool_events_total', 'event', { ...counters }),
    ...family('counter', 'hearth_sandbox_starts_total', 'reason', pools.starts),
    ...family('counter', 'hearth_sandbox_ends_total', 'reason', pools.ends),
    ...family('counter', 'hearth_refusals_total', 'reason', pools.refusals),
    ...single('counter', 'hearth_queue_waits_total', pools.queueWaits),
    ...single('counter', 'hearth_queue_wait_seconds_total', pools.queueWaitMs / 1000),
    '',
  ].join('\n');
}
