/** Evaluates intrinsic functions: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
import { StateError } from '../failure.js';
import type { JsonValue } from '../json.js';
import { BoundedCache } from './bounded-cache.js';
import { FunctionError, intrinsicFunctions } from './intrinsic-functions.js';
import { type Argument, type IntrinsicCall, parseIntrinsic } from './intrinsic-syntax.js';
import { PathError, valueAt } from './path.js';
import { PathSyntaxError } from './path-syntax.js';
import type { Scope } from './scope.js';

const calls = new BoundedCache<IntrinsicCall>(2000);

/** Null where the text is a call of an intrinsic function. */
export function intrinsicProblem(text: string): string | null {
  try {
    calls.get(text, parseIntrinsic);
    return null;
  } catch (error) {
    if (error instanceof PathSyntaxError) return error.message;
    throw error;
  }
}

/** @throws StateError */
export function evaluateIntrinsic(text: string, scope: Scope): JsonValue {
  try {
    return callValue(calls.get(text, parseIntrinsic), scope);
  } catch (error) {
    if (!(error instanceof FunctionError || error instanceof PathSyntaxError)) throw error;
    throw new StateError(
      'States.Runtime',
      `The function '${text}' had the following error: ${error.message}`,
    );
  }
}

function callValue(call: IntrinsicCall, scope: Scope): JsonValue {
  const values = call.args.map((argument, index) =>
    argumentValue(argument, call.name === 'Format' && index === 0, scope),
  );
  return intrinsicFunctions[call.name](values, scope);
}

function argumentValue(argument: Argument, isFormat: boolean, scope: Scope): JsonValue {
  switch (argument.kind) {
    case 'call':
      return callValue(argument.call, scope);
    case 'path':
      return pathValue(argument.text, scope);
    case 'literal':
      if (typeof argument.value !== 'string' || isFormat) return argument.value;
      return argument.value.includes('\\')
        ? argument.value.replace(/\\([\\{}])/g, '$1')
        : argument.value;
  }
}

function pathValue(text: string, scope: Scope): JsonValue {
  try {
    return valueAt(text, scope);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    throw new FunctionError(
      `The JsonPath argument for the field '${text}' could not be found in the input '${JSON.stringify(scope.input)}'`,
    );
  }
}
