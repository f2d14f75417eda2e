/** Why an event is not even tried: it ends as it is. */
import { HearthError, limits } from '../../types/index.js';
import { isBeyond } from './lineage.js';
import type { EventSettings } from './retry-policy.js';
import type { AsyncEvent, EventCondition } from './types.js';

export interface NotTried {
  readonly condition: EventCondition;
  readonly error: HearthError;
}

export function precondition(
  { functionName, traceId }: AsyncEvent,
  ageMs: number,
  { ageMaxMs, isSwitchedOff, mayRecur }: EventSettings,
): NotTried | null {
  if (isSwitchedOff) {
    const message = `The function ${functionName} has a reserved concurrency of 0, so its events are not run; give it more, and redrive them.`;
    return notTried('ZeroReservedConcurrency', new HearthError('too-many-requests', message));
  }
  if (ageMs > ageMaxMs) {
    const message = `The event is older than ${ageMaxMs / 1000} seconds, the greatest age that ${functionName} gives its events.`;
    return notTried('EventAgeExceeded', new HearthError('too-many-requests', message));
  }
  if (!mayRecur && isBeyond(limits.recursionRoundsMax, traceId, functionName)) {
    const message = `The function ${functionName} has come to itself in more than ${limits.recursionRoundsMax} rounds of asynchronous invocations, so this one is stopped; end the loop, or allow it by its recursion configuration.`;
    return notTried('RecursiveInvocation', new HearthError('recursive-invocation', message));
  }
  return null;
}

function notTried(condition: EventCondition, error: HearthError): NotTried {
  return { condition, error };
}
