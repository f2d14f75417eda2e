/** What became of executions on this node, and where their time went, as Prometheus text. */
import { type ExecutionStore, phaseBounds } from '../executor/index.js';
import { histograms, series, single } from '../lib/index.js';

export function executionMetrics({ counts, counters, diskBytes }: ExecutionStore): string {
  const { recorded, dropped, writeErrors } = counters;
  return [
    ...series(
      'counter',
      'hearth_executions_total',
      counts.ended().map(({ start, result, count }) => [{ start, result }, count]),
    ),
    ...histograms(
      'hearth_execution_phase_seconds',
      phaseBounds,
      counts.times().map(({ start, phase, histogram }) => [{ start, phase }, histogram]),
    ),
    ...single('counter', 'hearth_execution_records_total', recorded),
    ...single('counter', 'hearth_execution_records_dropped_total', dropped),
    ...single('counter', 'hearth_execution_records_write_errors_total', writeErrors),
    ...single('gauge', 'hearth_execution_records_disk_bytes', diskBytes),
    '',
  ].join('\n');
}
