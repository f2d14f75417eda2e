/** What the executor counts, as Prometheus text. */
import type { Executor } from '../executor/index.js';

export function poolMetrics(executor: Executor): string {
  const { functions, counters } = executor.stats();
  const lines = ['# TYPE hearth_sandboxes gauge'];
  const totals = { idle: 0, busy: 0, starting: 0, waiting: 0 };
  for (const stats of Object.values(functions)) {
    totals.idle += stats.idle;
    totals.busy += stats.busy;
    totals.starting += stats.starting;
    totals.waiting += stats.waiting;
  }
  const { waiting, ...sandboxes } = totals;
  for (const [state, count] of Object.entries(sandboxes)) {
    lines.push(`hearth_sandboxes{state="${state}"} ${count}`);
  }
  lines.push('# TYPE hearth_waiting_requests gauge', `hearth_waiting_requests ${waiting}`);
  lines.push('# TYPE hearth_pool_events_total counter');
  for (const [event, count] of Object.entries(counters)) {
    lines.push(`hearth_pool_events_total{event="${event}"} ${count}`);
  }
  return `${lines.join('\n')}\n`;
}
