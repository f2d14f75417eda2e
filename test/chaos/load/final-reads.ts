/** At the end every node is asked what it knows: nothing that was acknowledged may be missing anywhere. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SigningCredential } from '../../../src/lib/index.js';
import type { Desk, Settings } from '../../e2e/histories/settings.js';
import { monotonicMs } from '../records.js';
import { type Address, BalancedClient } from './balanced-client.js';
import { listed, registers } from './functions.js';
import { bodyOf } from './settings-desk.js';

const deadlineMs = 30_000;
const askTimeoutMs = 4000;
const againAfterMs = 100;

interface Nodes {
  readonly nodes: readonly Address<string>[];
  readonly key: SigningCredential | null;
}

/** Confirmed reads of everything through every node. Resolves with what could not be read, in words. */
export async function finalReads(settings: Settings, { nodes, key }: Nodes): Promise<string[]> {
  const reads = nodes.map(async (node) => {
    const client = new BalancedClient([node], { key, timeoutMs: askTimeoutMs });
    try {
      return await readAll(settings, deskOf(node.name, client));
    } finally {
      await client.close();
    }
  });
  return (await Promise.all(reads)).flat();
}

async function readAll(settings: Settings, desk: Desk): Promise<string[]> {
  const untilMs = monotonicMs() + deadlineMs;
  for (;;) {
    try {
      await settings.readAll(registers, listed, desk);
      return [];
    } catch (error) {
      if (monotonicMs() > untilMs) return [`at the end ${(error as Error).message}`];
      await delay(againAfterMs);
    }
  }
}

function deskOf(name: string, client: BalancedClient<string>): Desk {
  return {
    name,
    async ask(method, path, body) {
      const text = body === undefined ? '' : JSON.stringify(body);
      const asked = { method, path, headers: {}, body: text, mayRepeat: false };
      const answered = await client.ask(asked, 0);
      if (answered.error !== null) throw new Error(answered.error);
      return { ...answered, body: bodyOf(answered.text) };
    },
  };
}
