/** Runs the load program of `steady-load.ts` as a process of its own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Cleanup } from './cleanup.js';
import type { Pace, SteadyPlan, SteadyReport } from './steady-plan.js';

const program = fileURLToPath(new URL('steady-load.js', import.meta.url));

export interface Asked {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of a good answer; null for any. */
  readonly expected: string | null;
}

/** POSTs the same body on so many connections at that pace. */
export async function steady(
  asked: Asked,
  connections: number,
  pace: Pace,
  cleanup: Cleanup,
): Promise<SteadyReport> {
  const { hostname: host, port } = new URL(asked.origin);
  const request = requestText(asked);
  const { expected } = asked;
  const plan: SteadyPlan = { host, port: Number(port), request, expected, connections, pace };
  const running = promisify(execFile)(process.execPath, [program, JSON.stringify(plan)]);
  const ended = cleanup.add(async () => {
    running.child.kill('SIGKILL');
    await running.catch(() => {});
  });
  const { stdout } = await running;
  await ended();
  return JSON.parse(stdout) as SteadyReport;
}

/** Its bytes, as an HTTP client would send them. */
function requestText({ origin, path, headers, body }: Asked): string {
  const all = { host: new URL(origin).host, ...headers, 'content-length': Buffer.byteLength(body) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
