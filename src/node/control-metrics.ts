/** How late the control thread is, and what it found out about the time, as Prometheus text. */
import { histograms, lagBounds, single, type TimeFigures } from '../lib/index.js';

/** Empty before the thread has told anything. */
export function controlMetrics(lag: TimeFigures | null, aheadMs: number): string {
  if (lag === null) return '';
  return [
    ...histograms('hearth_control_loop_lag_seconds', lagBounds, [[{}, lag]]),
    ...single('gauge', 'hearth_clock_offset_seconds', aheadMs / 1000),
    '',
  ].join('\n');
}
