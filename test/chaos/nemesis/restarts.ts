/** The whole cluster starts again: one node after the other as in an upgrade, or all at once as after a power cut. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ArenaNode } from '../arena/types.js';
import type { Attempt } from './attempt.js';
import { startAgain } from './start-again.js';
import type { Fault } from './types.js';

const agreeTimeoutMs = 30_000;
const stopTimeoutMs = 60_000;
const outageMinMs = 500;
const outageMaxMs = 1000;

export const restarts: readonly Fault[] = [
  {
    name: 'restart every node, one after the other',
    kind: 'restart',
    needs: ['everything'],
    missing: ({ nodes }) => nodes.length < 2 && 'a node alone cannot be replaced meanwhile',
    run: oneByOne,
  },
  {
    name: 'kill everything',
    kind: 'outage',
    needs: ['everything'],
    missing: () => false,
    run: everything,
  },
];

async function oneByOne(attempt: Attempt): Promise<void> {
  const { arena, random } = attempt;
  attempt.begins();
  for (const { number } of random.shuffled(arena.nodes)) {
    const node = attempt.takeNode(number);
    await stop(attempt, node);
    await startAgain(attempt, node);
    if ((await arena.agreed(agreeTimeoutMs)) === null) {
      attempt.odd(`no agreement in ${agreeTimeoutMs} ms after the restart of node ${number}`);
    }
  }
}

async function stop(attempt: Attempt, node: ArenaNode): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const late = delay(stopTimeoutMs, 'late' as const, { signal }).catch(() => 'late' as const);
  const code = await Promise.race([node.stop(), late]);
  over.abort();
  if (code === 0) return;
  const how = code === 'late' ? `in ${stopTimeoutMs} ms` : `cleanly: ${code}`;
  attempt.odd(`node ${node.number} did not end ${how}\n${node.log}`);
  if (node.runs) await node.kill();
}

async function everything(attempt: Attempt): Promise<void> {
  const all = attempt.arena.nodes.map(({ number }) => attempt.takeNode(number));
  attempt.begins();
  try {
    await Promise.all(all.map((node) => attempt.kill(node)));
    await attempt.lasts(outageMinMs, outageMaxMs);
  } finally {
    await Promise.all(all.map((node) => startAgain(attempt, node)));
  }
}
