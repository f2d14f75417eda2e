/** The connections of this node's HTTP port, as Prometheus text. */
import type { IngressServer } from '../ingress/index.js';
import { single } from '../lib/index.js';

export function httpMetrics({ connections }: Pick<IngressServer, 'connections'>): string {
  const { open, evicted, refused } = connections;
  return [
    ...single('gauge', 'hearth_http_connections', open),
    ...single('counter', 'hearth_http_connections_evicted_total', evicted),
    ...single('counter', 'hearth_http_connections_refused_total', refused),
    '',
  ].join('\n');
}
