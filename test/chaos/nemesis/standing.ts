/** What nodes say of one of them: whether they have it dead, and since when. */
import { setTimeout as delay } from 'node:timers/promises';
import { clusterPage } from '../../../src/cli/api-types.js';
import type { Arena, ArenaNode } from '../arena/types.js';
import { monotonicMs } from '../records.js';

const pageTimeoutMs = 1000;
const lookEveryMs = 50;

/** Looks until `signal` is aborted; resolves with the first moment at which another node had it dead, or null. */
export async function takenForDead(
  arena: Arena,
  { number }: ArenaNode,
  signal: AbortSignal,
): Promise<number | null> {
  const others = arena.nodes.filter((other) => other.number !== number);
  let firstMs: number | null = null;
  while (!signal.aborted && firstMs === null) {
    const seen = await Promise.all(
      others.map((other) => statusOf(arena, number, other).catch(() => null)),
    );
    if (seen.includes('dead')) firstMs = monotonicMs();
    await delay(lookEveryMs, undefined, { signal }).catch(() => {});
  }
  return firstMs;
}

/** As this node says it. */
async function statusOf(arena: Arena, number: number, by: ArenaNode): Promise<string | null> {
  const { text } = await by.ask('GET', '/_hearth/cluster', undefined, pageTimeoutMs);
  const { nodes } = clusterPage.parse(JSON.parse(text));
  return nodes.find(({ id }) => arena.numberOf(id) === number)?.status ?? null;
}
