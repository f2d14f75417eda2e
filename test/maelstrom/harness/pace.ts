/** An open loop: so many calls a second whatever becomes of them, as clients of a busy system come. */
import type { Clock } from '../../../src/lib/index.js';

const tickMs = 2;

/** Calls until cancelled; what a late timer missed is caught up with. */
export function atRate(clock: Clock, perS: number, call: () => void): () => void {
  const startedMs = clock.nowMs();
  let made = 0;
  return clock.every(tickMs, () => {
    const due = Math.floor(((clock.nowMs() - startedMs) * perS) / 1000);
    while (made < due) {
      made++;
      call();
    }
  });
}
