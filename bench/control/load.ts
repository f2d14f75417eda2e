/**
 * A process that sends requests over so many keep-alive connections, each its next one as soon as the
 * last is answered, and reports what came back. Connections take the given URLs in turn.
 *
 * usage: load.js CONNECTIONS URL...   (a POST where the URL is an invocation's, else a GET)
 */
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

export interface LoadReport {
  readonly durationMs: number;
  /** Milliseconds of each answer, by URL. */
  readonly replyMs: Readonly<Record<string, readonly number[]>>;
  /** Answers other than 200, and requests without one. */
  readonly failures: number;
}

const body = '{}';
const [connectionsText = '1', ...urls] = process.argv.slice(2);
const connections = Number(connectionsText);
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const replyMs: Record<string, number[]> = Object.fromEntries(urls.map((url) => [url, []]));
let failures = 0;
let running = true;
let startMs = performance.now();

const all = Array.from({ length: connections }, (_, i) => loop(urls[i % urls.length] ?? ''));
process.send?.('ready');

process.on('message', (message: 'reset' | 'end') => {
  if (message === 'reset') {
    startMs = performance.now();
    failures = 0;
    for (const times of Object.values(replyMs)) times.length = 0;
    return;
  }
  const report: LoadReport = { durationMs: performance.now() - startMs, replyMs, failures };
  running = false;
  process.send?.(report, () => process.exit());
});

await Promise.all(all);

async function loop(url: string): Promise<void> {
  while (running) {
    const sentMs = performance.now();
    const ok = await once(url);
    if (ok) replyMs[url]?.push(performance.now() - sentMs);
    else failures++;
  }
}

function once(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const method = url.endsWith('/invocations') ? 'POST' : 'GET';
    const asked = request(url, { agent, method }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode === 200));
      answer.on('error', () => resolve(false));
    });
    asked.on('error', () => setTimeout(resolve, 10, false));
    asked.end(method === 'POST' ? body : undefined);
  });
}
