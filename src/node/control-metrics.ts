/** How late the control thread is, as Prometheus text. */
import { histograms, lagBounds, type TimeFigures } from '../lib/index.js';

/** Empty before the thread has told anything. */
export function controlMetrics(lag: TimeFigures | null): string {
  if (lag === null) return '';
  return [...histograms('hearth_control_loop_lag_seconds', lagBounds, [[{}, lag]]), ''].join('\n');
}
