/** How busy this thread's event loop is. */
import { performance } from 'node:perf_hooks';

/** Returns a function that answers the share of time in use since it was last called, 0 to 1. */
export function eventLoopLoad(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
