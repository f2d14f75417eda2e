/** nginx in front of the nodes, round robin over connections that it keeps, as users have it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Cleanup } from '../harness/cleanup.js';
import type { Target } from './load.js';
import type { NineNodes } from './nine-nodes.js';

const host = '127.0.0.1';
const port = 25_080;
const connectionsMax = 256;
const startTimeoutMs = 5000;
const askEveryMs = 20;

export class Nginx implements Target {
  readonly number = 0;
  readonly requests = new Pool(`http://${host}:${port}`, { connections: connectionsMax });

  private constructor(readonly stop: () => Promise<void>) {}

  /** Null where there is none on this machine. */
  static async start(cleanup: Cleanup, nodes: NineNodes): Promise<Nginx | null> {
    const file = join(nodes.directory, 'nginx.conf');
    await writeFile(file, configuration(nodes));
    const child = spawn('nginx', ['-e', 'stderr', '-c', file], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
      detached: true,
    });
    const found = await Promise.race([
      once(child, 'spawn').then(() => true),
      once(child, 'error').then(() => false),
    ]);
    if (!found) return null;
    const stop = cleanup.add(async () => {
      await nginx.requests.destroy();
      await ended(child);
    });
    const nginx = new Nginx(stop);
    await nginx.#answers();
    return nginx;
  }

  async #answers(): Promise<void> {
    const deadlineMs = performance.now() + startTimeoutMs;
    for (;;) {
      const asked = this.requests.request({ method: 'GET', path: '/_hearth/health' });
      const status = await asked.then(
        async ({ statusCode, body }) => {
          await body.dump();
          return statusCode;
        },
        () => 0,
      );
      if (status === 200) return;
      if (performance.now() > deadlineMs) throw new Error('nginx does not answer');
      await delay(askEveryMs);
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

function configuration({ directory, members }: NineNodes): string {
  const servers = members.map(({ http }) => `server ${http};`).join(' ');
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temporary = paths.map((name) => `${name}_temp_path ${join(directory, name)};`).join(' ');
  return `daemon off; worker_processes 1; pid ${join(directory, 'nginx.pid')};
error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off; ${temporary}
  upstream hearth { ${servers} keepalive 64; }
  server {
    listen ${host}:${port};
    location / {
      proxy_pass http://hearth; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Host $http_host;
    }
  }
}
`;
}
