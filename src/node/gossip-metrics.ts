/** What gossip counts, as Prometheus text. */
import type { GossipCounters } from '../gossip/index.js';
import { family } from '../lib/index.js';

/** Empty before the node has joined its cluster. */
export function gossipMetrics(counters: GossipCounters | null): string {
  if (counters === null) return '';
  const { dropped, received, sent, receivedBytes, sentBytes, ...events } = counters;
  return [
    ...family('counter', 'hearth_gossip_packets_total', 'direction', { received, sent }),
    ...family('counter', 'hearth_gossip_bytes_total', 'direction', {
      received: receivedBytes,
      sent: sentBytes,
    }),
    ...family('counter', 'hearth_gossip_dropped_total', 'reason', dropped),
    ...family('counter', 'hearth_gossip_events_total', 'event', events),
    '',
  ].join('\n');
}
