/** Paths as fields of states have them: what they give, or the failure of the state. */
import { StateError } from '../failure.js';
import type { JsonValue } from '../json.js';
import { evaluateIntrinsic } from './intrinsic.js';
import { isIntrinsic } from './intrinsic-syntax.js';
import { PathError, valueAt } from './path.js';
import { PathSyntaxError } from './path-syntax.js';
import type { Scope } from './scope.js';

/**
 * What `$...`, `$$...`, `$variable...` or `States...(...)` gives. InputPath and its like fail with `Invalid path ...`;
 * with `field`, as templates and ErrorPath do, naming it.
 * @throws StateError
 */
export function readPath(path: string, scope: Scope, field?: string): JsonValue {
  if (isIntrinsic(path)) return evaluateIntrinsic(path, scope);
  try {
    return valueAt(path, scope);
  } catch (error) {
    if (!(error instanceof PathError || error instanceof PathSyntaxError)) throw error;
    throw new StateError(
      'States.Runtime',
      field === undefined
        ? `Invalid path '${path}' : ${error.message}`
        : `The JSONPath '${path}' specified for the field '${field}' could not be found in the input '${JSON.stringify(scope.input)}'`,
    );
  }
}
