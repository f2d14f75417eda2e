/** A node that has just started waits a moment for the others to say what time it is, for its machine may be wrong. */
import type { Clock, NodeTime } from '../lib/index.js';
import type { ClusterView } from '../types/index.js';

const lookEveryMs = 20;
/** For others that are there, ... */
const answersMaxMs = 1500;
/** ... and for those that should be: gossip may not have heard of them yet. */
const othersMaxMs = 500;
/** Of two nodes nobody knows which is right. */
const othersMin = 2;

/** Resolves when the time is known, when there are too few others to ask, and in any case soon. */
export async function timeKnown(
  time: NodeTime,
  view: () => ClusterView | null,
  clock: Clock,
): Promise<void> {
  const beganMs = clock.nowMs();
  while (!time.isHeld && clock.nowMs() - beganMs < waitMaxMs(view())) {
    await new Promise<void>((resolve) => clock.after(lookEveryMs, resolve));
  }
}

function waitMaxMs(view: ClusterView | null): number {
  if (view === null) return 0;
  const { self, nodes, voters } = view;
  const others = nodes.filter(({ id, status }) => id !== self && status === 'alive');
  if (others.length >= othersMin) return answersMaxMs;
  return voters.filter((id) => id !== self).length >= othersMin ? othersMaxMs : 0;
}
