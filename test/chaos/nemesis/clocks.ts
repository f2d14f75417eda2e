/**
 * Wall clocks that are wrong by an hour, and jump back. Nothing in the cluster may rest on them but what people and
 * signatures say; so a request that is signed at the right time is sent to the node meanwhile, to see what it says.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '../records.js';
import type { Attempt } from './attempt.js';
import { Tally } from './tally.js';
import type { Fault } from './types.js';

const hourMs = 3_600_000;
const wrongMinMs = 6000;
const wrongMaxMs = 10_000;
const askEveryMs = 500;
const askTimeoutMs = 2000;

export const clocks: readonly Fault[] = [
  clockFault('a clock an hour ahead', hourMs),
  clockFault('a clock an hour behind', -hourMs),
];

function clockFault(name: string, offsetMs: number): Fault {
  return {
    name,
    kind: 'clock',
    needs: [],
    missing: ({ nodes: [node] }) => node?.noClockFaults ?? 'there is no node',
    run: (attempt) => wrong(attempt, offsetMs),
  };
}

async function wrong(attempt: Attempt, offsetMs: number): Promise<void> {
  const node = attempt.take(attempt.random.next() < 0.5 ? 'master' : 'any');
  const answers = new Tally();
  attempt.begins();
  try {
    node.setClock(offsetMs);
    const untilMs = monotonicMs() + wrongMinMs + attempt.random.below(wrongMaxMs - wrongMinMs);
    while (monotonicMs() < untilMs) {
      await answers.of(node.ask('GET', '/2015-03-31/functions', undefined, askTimeoutMs));
      await delay(askEveryMs);
    }
  } finally {
    node.setClock(0);
  }
  attempt.note(`requests at node ${node.number}, signed at the right time: ${answers}`);
}
