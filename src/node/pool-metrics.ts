/** What the executor counts, as Prometheus text. */
import type { Executor } from '../executor/index.js';
import { family, single } from './prometheus-text.js';

export function poolMetrics(executor: Executor): string {
  const { functions, counters } = executor.stats();
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
    '',
  ].join('\n');
}
