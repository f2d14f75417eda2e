/**
 * What follows an attempt, as on AWS: an error of the function is tried again after a minute, then two; what Hearth
 * could not do is tried again soon, then more and more seldom, up to the event's greatest age.
 */
import type { ErrorCode } from '../../types/index.js';
import type { EventCondition } from './types.js';

/** How a function wants its events to be treated: from its event invoke configuration and its own. */
export interface EventSettings {
  /** Attempts after the first one that an error of the function may cost. */
  readonly retriesMax: number;
  readonly ageMaxMs: number;
  readonly onSuccess: string | null;
  readonly onFailure: string | null;
  /** The target of its DeadLetterConfig. */
  readonly deadLetter: string | null;
  /** No concurrency at all is reserved: it is not to run. */
  readonly isSwitchedOff: boolean;
  /** It may come to itself in as many rounds as it likes. */
  readonly mayRecur: boolean;
}

export const defaultSettings: EventSettings = {
  retriesMax: 2,
  ageMaxMs: 6 * 3600 * 1000,
  onSuccess: null,
  onFailure: null,
  deadLetter: null,
  isSwitchedOff: false,
  mayRecur: false,
};

export type Next =
  | { readonly kind: 'end'; readonly condition: EventCondition }
  | { readonly kind: 'retry'; readonly delayMs: number };

const backoffFirstMs = 1000;
const backoffMaxMs = 300_000;

/** `attempts`: those that have ended with an error of the function, this one included. */
export function afterFunctionError(
  attempts: number,
  ageMs: number,
  { retriesMax, ageMaxMs }: EventSettings,
  retryBaseMs: number,
): Next {
  if (attempts > retriesMax) return { kind: 'end', condition: 'RetriesExhausted' };
  const delayMs = retryBaseMs * attempts;
  return withinAge(delayMs, ageMs, ageMaxMs);
}

/** `tries`: how often in a row Hearth could not run it, this time included. */
export function afterError(
  code: ErrorCode,
  tries: number,
  ageMs: number,
  { ageMaxMs }: EventSettings,
): Next {
  if (lasting.has(code)) return { kind: 'end', condition: 'RetriesExhausted' };
  return withinAge(backoffMs(tries), ageMs, ageMaxMs);
}

/** 1 s, doubled with each try, up to 5 minutes. */
export function backoffMs(tries: number): number {
  return Math.min(backoffMaxMs, backoffFirstMs * 2 ** Math.min(tries - 1, 20));
}

/** Errors that the same event would meet again. */
const lasting: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'function-not-found',
  'invalid-parameter',
  'invalid-json',
  'request-too-large',
]);

function withinAge(delayMs: number, ageMs: number, ageMaxMs: number): Next {
  if (ageMs + delayMs > ageMaxMs) return { kind: 'end', condition: 'EventAgeExceeded' };
  return { kind: 'retry', delayMs };
}
