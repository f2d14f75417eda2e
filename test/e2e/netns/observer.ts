/**
 * A program that watches one node from beside it, on the loopback of its namespace: asks for its view
 * again and again, and prints a line of JSON, with the time, whenever a status has changed in it.
 *
 * usage: observer.js HTTP-PORT INTERVAL-MS
 */
import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** One line of output. */
export interface Observation {
  /** Wall clock, milliseconds: one clock for all namespaces of a machine. */
  readonly atMs: number;
  /** The node's own id; null where it does not answer. */
  readonly self: string | null;
  /** What it believes: member id to status. */
  readonly statuses: Readonly<Record<string, string>>;
  /** Member id to admission number. */
  readonly admissions: Readonly<Record<string, number>>;
}

interface Page {
  readonly self: string;
  readonly nodes: readonly { id: string; status: string; joinedAt: number }[];
}

const answerTimeoutMs = 500;

async function observe(port: number, intervalMs: number): Promise<never> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let last = '';
  for (;;) {
    const page = await ask(port, agent).catch(() => null);
    const seen = {
      self: page?.self ?? null,
      statuses: Object.fromEntries((page?.nodes ?? []).map(({ id, status }) => [id, status])),
      admissions: Object.fromEntries((page?.nodes ?? []).map(({ id, joinedAt }) => [id, joinedAt])),
    };
    const line = JSON.stringify(seen);
    if (line !== last) {
      const observation: Observation = { atMs: Date.now(), ...seen };
      process.stdout.write(`${JSON.stringify(observation)}\n`);
      last = line;
    }
    await delay(intervalMs);
  }
}

function ask(port: number, agent: Agent): Promise<Page> {
  return new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', path: '/_hearth/cluster', agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => {
        try {
          resolve(JSON.parse(text) as Page);
        } catch (error) {
          reject(error);
        }
      });
      answer.on('error', reject);
    });
    request.setTimeout(answerTimeoutMs, () => request.destroy(new Error('no answer')));
    request.on('error', reject);
  });
}

// ends with whoever started it
process.stdin.on('end', () => process.exit()).resume();
await observe(Number(process.argv[2]), Number(process.argv[3]));
