/** How asynchronous invocations stand, in the cluster and on this node, as Prometheus text. */
import type { AsyncEvents } from '../events/index.js';
import { family, single } from '../lib/index.js';

export function eventMetrics(events: Pick<AsyncEvents, 'stats'>): string {
  const { counts, pendingBytes, running, accepted, duplicates, refused, attempts, adopted } =
    events.stats();
  return [
    ...family('gauge', 'hearth_async_events', 'status', counts),
    ...single('gauge', 'hearth_async_pending_bytes', pendingBytes),
    ...single('gauge', 'hearth_async_running', running),
    ...family('counter', 'hearth_async_submissions_total', 'result', {
      accepted,
      duplicate: duplicates,
      refused,
    }),
    ...family('counter', 'hearth_async_attempts_total', 'result', attempts),
    ...single('counter', 'hearth_async_adopted_total', adopted),
    '',
  ].join('\n');
}
