/** Nodes that are asked until one answers as it should: for what comes before a load, and after it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Arena, ArenaNode } from '../arena/types.js';
import { monotonicMs } from '../records.js';

const askTimeoutMs = 10_000;
const againAfterMs = 100;

export interface Told {
  readonly headers: Answer['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into
  readonly body: any;
}

/** Rejects where the answer is not one of these statuses: what is asked must not be asked twice. */
export async function told(
  node: ArenaNode,
  method: string,
  path: string,
  body: unknown,
  ...statuses: readonly number[]
): Promise<Told> {
  const answer = await node.ask(method, path, body, askTimeoutMs);
  if (!statuses.includes(answer.status)) {
    const what = `node ${node.number} answered ${method} ${path} by ${answer.status}`;
    throw new Error(`${what}: ${answer.text.slice(0, 300)}`);
  }
  const isJson = String(answer.headers['content-type']).includes('json');
  return { headers: answer.headers, body: isJson ? JSON.parse(answer.text) : null };
}

/** A page of a node, asked again where it does not come. Rejects when `untilMs` has passed. */
export async function page(node: ArenaNode, path: string, untilMs: number): Promise<Told['body']> {
  for (;;) {
    try {
      return (await told(node, 'GET', path, undefined, 200)).body;
    } catch (error) {
      if (monotonicMs() > untilMs) throw error;
      await delay(againAfterMs);
    }
  }
}

/** Asks until it is as wanted; false where it is not in time. */
export async function comesTrue(wanted: () => Promise<boolean>, untilMs: number): Promise<boolean> {
  for (;;) {
    if (await wanted().catch(() => false)) return true;
    if (monotonicMs() > untilMs) return false;
    await delay(againAfterMs);
  }
}

export function running(arena: Arena): readonly ArenaNode[] {
  return arena.nodes.filter(({ runs }) => runs);
}
