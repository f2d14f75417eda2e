/** What routing counts, as Prometheus text: decisions, links to other nodes, the routing table. */
import type { ControlCounters } from '../cluster/index.js';
import { family, histograms, single } from '../lib/index.js';
import { type LinkCounters, lookupBounds, type RoutingCounters } from '../routing/index.js';

type FromControl = Pick<ControlCounters, 'table' | 'tableTraffic'>;

/** `control` is null before the node has joined its cluster. */
export function routingMetrics(
  { ways, lookups, lookupTimes, prewarms }: RoutingCounters,
  { links, forwards, received, bytesRead, bytesWritten }: LinkCounters,
  control: FromControl | null,
): string {
  return [
    ...family('counter', 'hearth_routing_requests_total', 'way', ways),
    ...family('counter', 'hearth_routing_lookups_total', 'result', lookups),
    ...histograms('hearth_routing_lookup_seconds', lookupBounds, [[{}, lookupTimes]]),
    ...single('counter', 'hearth_routing_prewarms_total', prewarms),
    ...single('gauge', 'hearth_links', links),
    ...family('counter', 'hearth_forwards_total', 'result', forwards),
    ...single('counter', 'hearth_forwards_received_total', received),
    ...family('counter', 'hearth_link_bytes_total', 'direction', {
      received: bytesRead,
      sent: bytesWritten,
    }),
    ...(control === null ? [] : tableLines(control)),
    '',
  ].join('\n');
}

function tableLines({ table, tableTraffic: { messages, bytes } }: FromControl): string[] {
  const { epoch, offset, claims, functions, ...events } = table;
  return [
    ...single('gauge', 'hearth_table_epoch', epoch),
    ...single('gauge', 'hearth_table_offset', offset),
    ...single('gauge', 'hearth_table_claims', claims),
    ...single('gauge', 'hearth_table_functions', functions),
    ...family('counter', 'hearth_table_events_total', 'event', events),
    ...family('counter', 'hearth_table_messages_total', 'direction', { ...messages }),
    ...family('counter', 'hearth_table_bytes_total', 'direction', { ...bytes }),
  ];
}
