/** Three nodes, or fewer, that know each other, for as long as a measurement lasts. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NodeProcess, secretFile } from './node-process.js';

const settleTimeoutMs = 30_000;
const restMs = 2000;
const askEveryMs = 50;

/** Starts them, measures, and ends them whatever happened. The first one is the Master. */
export async function withNodes<Result>(
  count: number,
  settings: Readonly<Record<string, unknown>>,
  measure: (nodes: readonly NodeProcess[], directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
  const nodes = Array.from(
    { length: count },
    (_, i) => new NodeProcess(directory, i + 1, settings),
  );
  try {
    await writeFile(secretFile(directory), `${'0123456789abcdef'.repeat(2)}\n`, { mode: 0o600 });
    for (const node of nodes) await node.start();
    for (const node of nodes) await settled(node, count);
    await delay(restMs);
    return await measure(nodes, directory);
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(directory, { recursive: true, force: true });
  }
}

async function settled(node: NodeProcess, count: number): Promise<void> {
  const deadlineMs = Date.now() + settleTimeoutMs;
  for (;;) {
    const { quorum, nodes } = await node.page();
    const clean = nodes.filter(({ status, degraded }) => status === 'alive' && !degraded);
    if (quorum && clean.length === count) return;
    if (Date.now() > deadlineMs) throw new Error(`${node.url} does not see all nodes`);
    await delay(askEveryMs);
  }
}
