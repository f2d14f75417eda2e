/**
 * The settings by which a function's invocations share sandboxes and wait: what their variables may hold, and what
 * depends on the runtime. SnapStart depends on it too.
 */
import {
  concurrencyVariable,
  executionOf,
  queueMaxVariable,
  queueWaitVariable,
  wholeNumber,
} from '../../catalog/index.js';
import { HearthError, limits } from '../../types/index.js';

/** What a function is set to, or is to be. */
export interface RunSettings {
  /** Empty for a container image. */
  readonly runtime: string;
  readonly snapStart: boolean;
  /** Asked for only where it matters: it may be sealed. */
  environment(): Readonly<Record<string, string>>;
}

const concurrencyMax = 1000;
/** As long as an invocation can take. */
const queueWaitMsMax = limits.timeoutSMax * 1000;

/** Throws `invalid-parameter` where a variable is no number of its range. */
export function checkExecution(variables: Readonly<Record<string, string>>): void {
  checkRange(variables, concurrencyVariable, 1, concurrencyMax);
  checkRange(variables, queueMaxVariable, 0, limits.waitersPerFunctionMax);
  checkRange(variables, queueWaitVariable, 0, queueWaitMsMax);
}

/** Throws `invalid-parameter` where the runtime cannot do what is asked of it. */
export function checkRuntimeCan({ runtime, snapStart, environment }: RunSettings): void {
  if (!runtime.startsWith('nodejs') && executionOf(environment()).concurrency > 1) {
    const named = runtime === '' ? 'A container image' : `The runtime ${runtime}`;
    throw new HearthError(
      'invalid-parameter',
      `${named} runs one invocation at a time in a sandbox, only Node.js runs more; leave ${concurrencyVariable} out.`,
    );
  }
  if (!snapStart || /^(?:nodejs|python)/.test(runtime)) return;
  throw new HearthError(
    'invalid-parameter',
    `${runtime === '' ? 'ContainerImage' : runtime} is not supported for SnapStart enabled functions.`,
  );
}

function checkRange(
  variables: Readonly<Record<string, string>>,
  name: string,
  min: number,
  max: number,
): void {
  const text = variables[name];
  const value = wholeNumber(text);
  if (text === undefined || (value !== null && value >= min && value <= max)) return;
  throw new HearthError(
    'invalid-parameter',
    `The environment variable ${name} must be a whole number from ${min} to ${max}; the function is not changed.`,
  );
}
