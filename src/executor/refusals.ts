/** What callers are told when the pools have no place for them. */
import { HearthError } from '../types/index.js';
import type { RefusalReason } from './effects.js';

/** `atShare`: the function runs as much as was reserved for it here. */
export function refusalOf(
  reason: RefusalReason,
  atShare: boolean,
  retryAfterS: number,
): HearthError {
  const Reason =
    reason === 'no-memory'
      ? 'NodeMemoryExhausted'
      : atShare
        ? 'ReservedFunctionConcurrentInvocationLimitExceeded'
        : 'ConcurrentInvocationLimitExceeded';
  const message =
    reason === 'no-memory'
      ? 'This node has no memory to spare for another sandbox; try again later or at another node.'
      : 'Rate Exceeded.';
  return new HearthError('too-many-requests', message, { Reason, retryAfterS });
}

export function draining(): HearthError {
  return new HearthError('draining', 'This node is stopping; send the request to another node.');
}

export function callerGone(): HearthError {
  return new HearthError('caller-gone', 'The caller went away while the request waited.');
}
