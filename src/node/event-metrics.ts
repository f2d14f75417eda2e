/** How asynchronous invocations stand, in the cluster and on this node, as Prometheus text. */
import type { AsyncEvents, Destinations, StreamService } from '../events/index.js';
import { family, type Labels, series, single } from '../lib/index.js';

export interface EventParts {
  readonly events: Pick<AsyncEvents, 'stats'>;
  readonly destinations: Pick<Destinations, 'counts'>;
  readonly streams: Pick<StreamService, 'list'>;
}

export function eventMetrics({ events, destinations, streams }: EventParts): string {
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
    ...series('counter', 'hearth_async_deliveries_total', deliveryCounts(destinations)),
    ...series('gauge', 'hearth_stream_records', ofStreams(streams, 'records')),
    ...series('gauge', 'hearth_stream_bytes', ofStreams(streams, 'bytes')),
    '',
  ].join('\n');
}

type Series = (readonly [Labels, number])[];

function deliveryCounts({ counts }: EventParts['destinations']): Series {
  return [...counts].flatMap(([target, results]) =>
    Object.entries(results).map(([result, count]): Series[number] => [{ target, result }, count]),
  );
}

function ofStreams(streams: EventParts['streams'], figure: 'records' | 'bytes'): Series {
  return streams.list().map((stream) => [{ stream: stream.name }, stream[figure]]);
}
