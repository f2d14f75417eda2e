/** Functions die under their nodes: sandboxes are killed at random, whether they run something or not. */
import { monotonicMs } from '../records.js';
import type { Attempt } from './attempt.js';
import type { Fault } from './types.js';
import { oneOf } from './victims.js';

const lastsMs = 5000;
const betweenMinMs = 100;
const betweenMaxMs = 300;

export const sandboxes: readonly Fault[] = [
  { name: 'kill sandboxes', kind: 'sandboxes', needs: [], missing: () => false, run: killed },
];

async function killed(attempt: Attempt): Promise<void> {
  attempt.begins();
  const untilMs = monotonicMs() + lastsMs;
  let count = 0;
  while (monotonicMs() < untilMs) {
    if (killOne(attempt)) count++;
    await attempt.lasts(betweenMinMs, betweenMaxMs);
  }
  attempt.note(`${count} sandboxes were killed`);
  if (count === 0) attempt.odd('there were no sandboxes to kill');
}

function killOne(attempt: Attempt): boolean {
  const { arena, random } = attempt;
  const peopled = arena.nodes.filter((node) => node.runs && node.sandboxes().length > 0);
  const node = oneOf(peopled, random);
  const pid = oneOf(node?.sandboxes() ?? [], random);
  if (node === undefined || pid === undefined) return false;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself meanwhile
    return false;
  }
  attempt.hits(node);
  return true;
}
