/** Gives other work of this thread its turn in the middle of something long. */
import type { Clock } from './clock.js';

/** Resolves once everything that waits for this thread now has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A turn in which nothing was to be done takes less. */
const idleTurnMs = 0.2;
const turnsMax = 1000;

/**
 * Calls back in the first turn that found nothing to do and in which `arrived`, a counter, has not moved, so that hardly
 * anything can wait; under a load that leaves no such turn, after a thousand.
 */
export function inIdleTurn(
  clock: Pick<Clock, 'nowMs'>,
  arrived: () => number,
  callback: () => void,
): void {
  let turns = 0;
  let lastMs = clock.nowMs();
  let last = arrived();
  const turn = (): void => {
    const nowMs = clock.nowMs();
    const present = arrived();
    const wasIdle = turns > 0 && nowMs - lastMs < idleTurnMs && present === last;
    if (wasIdle || ++turns === turnsMax) {
      callback();
      return;
    }
    lastMs = nowMs;
    last = present;
    setImmediate(turn);
  };
  setImmediate(turn);
}

/** The parts, each made when it is asked for and not before others have had their turn. */
export async function* inTurns<Part>(
  parts: Iterable<Part>,
  turn: () => Promise<void>,
): AsyncIterable<Part> {
  for (const part of parts) {
    yield part;
    await turn();
  }
}
