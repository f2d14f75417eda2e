/** nginx in front of nodes, round robin over connections that it keeps, as users have it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answers, startChild } from './child.js';
import type { Place } from './place.js';

export interface RunningNginx {
  readonly origin: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const connectionsMax = 4096;

/** `servers`: HOST:PORT of each. Resolves when one answers through it; throws `NotHere` where there is no nginx. */
export async function startNginx(place: Place, servers: readonly string[]): Promise<RunningNginx> {
  const port = place.port();
  const file = join(place.directory, `nginx-${port}.conf`);
  await writeFile(file, configuration(place.directory, port, servers));
  const child = await startChild(place, 'nginx', ['-e', 'stderr', '-c', file]);
  const origin = `http://127.0.0.1:${port}`;
  await answers(`${origin}/_hearth/health`, child);
  return { origin, pid: child.pid, stop: child.stop };
}

function configuration(directory: string, port: number, servers: readonly string[]): string {
  const upstream = servers.map((server) => `server ${server};`).join(' ');
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temporary = paths.map((name) => `${name}_temp_path ${join(directory, name)};`).join(' ');
  // another user could not write into the benchmark's directory what does not fit into memory
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `daemon off; ${user} worker_processes 1; pid ${join(directory, `nginx-${port}.pid`)};
error_log stderr warn;
events { worker_connections ${connectionsMax}; }
http {
  access_log off; keepalive_requests 1000000; ${temporary}
  upstream hearth { ${upstream} keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://hearth; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Host $http_host;
    }
  }
}
`;
}
