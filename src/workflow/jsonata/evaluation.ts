/** Evaluates expressions with the library, one after the other: what the thread of `jsonata-worker.ts` does. */
import { BoundedCache } from '../data/index.js';
import { nestsTooDeep } from '../json.js';
import { bounds } from './bounds.js';
import { type Checked, checked } from './expression.js';
import { extraFunctions } from './functions.js';

export interface ExpressionsToEvaluate {
  readonly texts: readonly string[];
  /** A JSON object: `states`, and variables by name. */
  readonly bindings: string;
  /** What each of them may take. */
  readonly evaluationMsMax: number;
}

export type Evaluated =
  /** A JSON array of what they gave. */
  | { readonly kind: 'values'; readonly values: string }
  /** `reason` is what stands after `The JSONata expression '...' specified for the field '...' `. */
  | { readonly kind: 'failed'; readonly index: number; readonly reason: string }
  /** It has not ended in its time. */
  | { readonly kind: 'late'; readonly index: number; readonly reason: string }
  | { readonly kind: 'too-large'; readonly index: number };

/** What the thread says first, once it has loaded what it needs. */
export const ready = 'ready';

export const nothing = 'returned nothing (undefined).';

/** Library options that its types do not have yet tell it where to stop; the time is that of the request in hand. */
const options = {
  timeout: 0,
  stack: bounds.depthMax,
  sequence: bounds.sequenceItemsMax,
};

const expressions = new BoundedCache<Checked>(bounds.expressionsKept);

/** Never rejects for what the expressions are. */
export async function evaluateAll(request: ExpressionsToEvaluate): Promise<Evaluated> {
  const { texts, bindings } = request;
  options.timeout = request.evaluationMsMax;
  const values: string[] = [];
  for (const [index, text] of texts.entries()) {
    const outcome = await evaluateOne(text, bindings);
    if (outcome.kind === 'reason') {
      return { kind: outcome.isLate ? 'late' : 'failed', index, reason: outcome.reason };
    }
    const isTooLarge = Buffer.byteLength(outcome.json) > bounds.resultBytesMax;
    if (isTooLarge || nestsTooDeep(outcome.json)) return { kind: 'too-large', index };
    values.push(outcome.json);
  }
  return { kind: 'values', values: `[${values.join()}]` };
}

type Outcome =
  | { readonly kind: 'json'; readonly json: string }
  | { readonly kind: 'reason'; readonly reason: string; readonly isLate?: boolean };

async function evaluateOne(text: string, bindings: string): Promise<Outcome> {
  const { expression, problem } = expressions.get(text, (source) => checked(source, options));
  if (expression === null) {
    return { kind: 'reason', reason: `threw an error during evaluation. ${problem}` };
  }
  try {
    // parsed anew each time: what one expression does with its data is not seen by the next
    const variables = { ...extraFunctions, ...(JSON.parse(bindings) as Record<string, unknown>) };
    const value: unknown = await expression.evaluate(undefined, variables);
    if (value === undefined) return { kind: 'reason', reason: nothing };
    const json = JSON.stringify(value, (_, member: unknown) => {
      if (isUnsupported(member)) throw unsupported;
      return member;
    });
    return json === undefined
      ? { kind: 'reason', reason: unsupportedReason }
      : { kind: 'json', json };
  } catch (error) {
    if (error === unsupported) return { kind: 'reason', reason: unsupportedReason };
    const isLate = (error as { code?: unknown } | null)?.code === timeoutCode;
    return {
      kind: 'reason',
      reason: `threw an error during evaluation. ${messageOf(error)}`,
      isLate,
    };
  }
}

/** Of the library. */
const timeoutCode = 'D1012';
const unsupported = new Error('a function is no result');
const unsupportedReason = 'returned an unsupported result type.';

/** Functions of the library, of an expression, and regular expressions. */
function isUnsupported(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    ('_jsonata_lambda' in value || '_jsonata_function' in value)
  );
}

function messageOf(error: unknown): string {
  if (error instanceof RangeError) return 'The expression takes too much.';
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : String(error);
  return typeof code === 'string' ? `${code}: ${text}` : text;
}
