/** When requests are due, as pure functions of the time and of how many were sent. */
import type { Pace } from './steady-plan.js';

/** When the request after so many is due: now, at its own time, or never, for all have been. Counted from the start. */
export function dueMsOf(pace: Pace, sent: number, elapsedMs: number): number {
  if (isOver(pace, sent, elapsedMs)) return Number.POSITIVE_INFINITY;
  return pace.kind === 'closed' ? elapsedMs : (sent * 1000) / pace.ratePerS;
}

/** No more requests are due. */
export function isOver(pace: Pace, sent: number, elapsedMs: number): boolean {
  if (pace.kind === 'constant') return sent >= pace.warmUps + pace.count;
  return elapsedMs >= (pace.warmUpS + pace.seconds) * 1000;
}

/** Whether the request after so many, sent now, is part of what is measured. */
export function counts(pace: Pace, sent: number, elapsedMs: number): boolean {
  return pace.kind === 'constant' ? sent >= pace.warmUps : elapsedMs >= pace.warmUpS * 1000;
}
