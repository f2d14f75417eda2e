/** What routing counts, as Prometheus text: decisions, links to other nodes, the routing table. */
import type { TableCounters } from '../cluster/index.js';
import { family, single } from '../lib/index.js';
import type { LinkCounters, RoutingCounters } from '../routing/index.js';

/** `table` is null before the node has joined its cluster. */
export function routingMetrics(
  { ways, lookups, prewarms }: RoutingCounters,
  { links, forwards, received, bytesRead, bytesWritten }: LinkCounters,
  table: TableCounters | null,
): string {
  return [
    ...family('counter', 'hearth_routing_requests_total', 'way', ways),
    ...family('counter', 'hearth_routing_lookups_total', 'result', lookups),
    ...single('counter', 'hearth_routing_prewarms_total', prewarms),
    ...single('gauge', 'hearth_links', links),
    ...family('counter', 'hearth_forwards_total', 'result', forwards),
    ...single('counter', 'hearth_forwards_received_total', received),
    ...family('counter', 'hearth_link_bytes_total', 'direction', {
      received: bytesRead,
      sent: bytesWritten,
    }),
    ...(table === null ? [] : tableLines(table)),
    '',
  ].join('\n');
}

function tableLines({ epoch, offset, claims, functions, ...events }: TableCounters): string[] {
  return [
    ...single('gauge', 'hearth_table_epoch', epoch),
    ...single('gauge', 'hearth_table_offset', offset),
    ...single('gauge', 'hearth_table_claims', claims),
    ...single('gauge', 'hearth_table_functions', functions),
    ...family('counter', 'hearth_table_events_total', 'event', events),
  ];
}
