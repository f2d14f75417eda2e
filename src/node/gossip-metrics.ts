/** What gossip counts, as Prometheus text. */
import type { GossipCounters } from '../gossip/index.js';

/** Empty before the node has joined its cluster. */
export function gossipMetrics(counters: GossipCounters | null): string {
  if (counters === null) return '';
  const { dropped, received, sent, ...events } = counters;
  const lines = ['# TYPE hearth_gossip_packets_total counter'];
  lines.push(`hearth_gossip_packets_total{direction="received"} ${received}`);
  lines.push(`hearth_gossip_packets_total{direction="sent"} ${sent}`);
  lines.push('# TYPE hearth_gossip_dropped_total counter');
  for (const [reason, count] of Object.entries(dropped)) {
    lines.push(`hearth_gossip_dropped_total{reason="${reason}"} ${count}`);
  }
  lines.push('# TYPE hearth_gossip_events_total counter');
  for (const [event, count] of Object.entries(events)) {
    lines.push(`hearth_gossip_events_total{event="${event}"} ${count}`);
  }
  return `${lines.join('\n')}\n`;
}
