/**
 * How a function's invocations share sandboxes and wait for them. AWS has no members for it, so that it is said
 * where every AWS tool can say it: by environment variables of the function, which its versions keep.
 */

export interface ExecutionSettings {
  /** Invocations that one sandbox runs at the same time. */
  readonly concurrency: number;
  /** Requests that may wait for a sandbox of the version on one node; null for the node's own limit. */
  readonly queueMax: number | null;
  /** How long one of them waits, milliseconds; null for the node's own limit. */
  readonly queueWaitMs: number | null;
}

/** The names of the variables. */
export const concurrencyVariable = 'HEARTH_CONCURRENCY';
export const queueMaxVariable = 'HEARTH_QUEUE_MAX';
export const queueWaitVariable = 'HEARTH_QUEUE_WAIT_MS';

/** What is not a whole number counts as not set: it was refused when the function was deployed. */
export function executionOf(environment: Readonly<Record<string, string>>): ExecutionSettings {
  return {
    concurrency: Math.max(1, wholeNumber(environment[concurrencyVariable]) ?? 1),
    queueMax: wholeNumber(environment[queueMaxVariable]),
    queueWaitMs: wholeNumber(environment[queueWaitVariable]),
  };
}

/** Null where the text is none. */
export function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
