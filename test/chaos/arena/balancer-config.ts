/** The least that a balancer needs to be told. */
import type { BalancerName } from '../records.js';

export interface BalancerPlace {
  /** `host:port` of each. */
  readonly nodes: readonly string[];
  readonly listen: string;
  readonly directory: string;
}

export function balancerConfig(name: BalancerName, place: BalancerPlace): string {
  return name === 'nginx' ? nginx(place) : haproxy(place);
}

function nginx({ nodes, listen, directory }: BalancerPlace): string {
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `${user} worker_processes 1; pid ${directory}/nginx.pid; error_log stderr warn;
events { worker_connections 4096; }
http {
  access_log off; client_max_body_size 64m;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/f; uwsgi_temp_path ${directory}/u; scgi_temp_path ${directory}/s;
  upstream hearth { ${nodes.map((node) => `server ${node};`).join(' ')} keepalive 64; }
  server {
    listen ${listen};
    add_header x-upstream $upstream_addr always;
    location / {
      proxy_pass http://hearth; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Host $http_host;
    }
  }
}
`;
}

function haproxy({ nodes, listen }: BalancerPlace): string {
  return `defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
frontend in
  bind ${listen}
  http-after-response set-header x-upstream %si:%sp
  default_backend hearth
backend hearth
  balance roundrobin
  option httpchk GET /_hearth/health
${nodes.map((node, i) => `  server node${i + 1} ${node} check inter 500`).join('\n')}
`;
}
