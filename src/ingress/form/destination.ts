/** Where the record of an invocation may be sent: what AWS takes, and, which is Hearth's own, streams and webhooks. */
import { parseTarget } from '../../events/index.js';
import { HearthError } from '../../types/index.js';
import type { Constraints } from './constraints.js';
import type { FunctionLookup } from './function-lookup.js';
import { destinationPattern } from './patterns.js';

const destinationCharsMax = 350;
/** A way that Hearth does not know is kept for AWS's tools, which read it back. */
const services: ReadonlySet<string> = new Set(['lambda', 'sqs', 'sns', 'events', 's3', 'kinesis']);

/** Notes what is wrong with its form. */
export function checkDestination(
  constraints: Constraints,
  text: string | undefined,
  at: string,
): void {
  constraints.length(text, at, 0, destinationCharsMax);
  if (text === undefined || text === '' || parseTarget(text) !== null) return;
  constraints.pattern(text, at, destinationPattern);
}

/** Whether it is something that can be told at all. */
export function isDestination(text: string): boolean {
  return parseTarget(text) !== null || services.has(text.split(':')[2] ?? '');
}

/** The functions that are told: who names them as destinations has them run. */
export function functionsAmong(destinations: readonly (string | null | undefined)[]): string[] {
  return destinations.flatMap((text) => {
    const target = parseTarget(text ?? '');
    return target?.kind === 'function' ? [target.name] : [];
  });
}

/** Throws `invalid-parameter` for a function that is not there, and for `self`. */
export async function checkFunctionDestination(
  lookup: FunctionLookup,
  text: string,
  self: string,
): Promise<void> {
  if (!/^arn:[^:]*:lambda:/.test(text)) return;
  const [name] = functionsAmong([text]);
  if (name === undefined || !(await isKnown(lookup, name))) {
    throw new HearthError('invalid-parameter', `The destination ARN ${text} is invalid.`);
  }
  if (name !== self) return;
  throw new HearthError(
    'invalid-parameter',
    "You can't specify the function as a destination for itself.",
  );
}

async function isKnown(lookup: FunctionLookup, name: string): Promise<boolean> {
  try {
    await lookup.known({ name, qualifier: undefined });
    return true;
  } catch (thrown) {
    if (thrown instanceof HearthError && thrown.code === 'function-not-found') return false;
    throw thrown;
  }
}
