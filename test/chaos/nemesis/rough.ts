/** A bad network: some packets are lost, or come late and in another order. */
import type { Wire } from '../arena/types.js';
import type { Attempt } from './attempt.js';
import type { Fault } from './types.js';
import { noWire, wireOf } from './wire.js';

const roughMinMs = 5000;
const roughMaxMs = 8000;
const lostShare = 0.2;
const lateMaxMs = 100;

export const rough: readonly Fault[] = [
  {
    name: 'lose 20 % of the packets',
    kind: 'rough',
    needs: ['loss'],
    missing: noWire,
    run: (attempt) => roughened(attempt, (wire, on) => wire.lose(on ? lostShare : 0)),
  },
  {
    name: 'delay packets by up to 100 ms',
    kind: 'rough',
    needs: ['lateness'],
    missing: noWire,
    run: (attempt) => roughened(attempt, (wire, on) => wire.jitter(on ? lateMaxMs : 0)),
  },
];

async function roughened(
  attempt: Attempt,
  turn: (wire: Wire, on: boolean) => Promise<void>,
): Promise<void> {
  const wire = wireOf(attempt.arena);
  for (const node of attempt.arena.nodes) attempt.hits(node);
  attempt.begins();
  try {
    await turn(wire, true);
    await attempt.lasts(roughMinMs, roughMaxMs);
  } finally {
    await turn(wire, false);
  }
}
