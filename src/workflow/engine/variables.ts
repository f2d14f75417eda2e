/** What variables may hold: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variables-limits */
import { fitsInto } from '../data/index.js';
import { StateError } from '../failure.js';
import type { JsonObject } from '../json.js';
import type { Thread } from './thread.js';

/** Of one variable, and of all that one state assigns. */
const assignedBytesMax = 262_144;
/** Of all variables that a thread sees. */
const visibleBytesMax = 10 * 1024 * 1024;

/** @throws StateError */
export function requireVariablesFit(thread: Thread, assigned: JsonObject): void {
  if (!fitsInto(assigned, assignedBytesMax)) {
    throw new StateError(
      'States.DataLimitExceeded',
      `The variables assigned by the state '${thread.kept.state}' exceed the maximum number of bytes service limit.`,
    );
  }
  // looks at everything only where it could be too much
  if (thread.assigned.size * assignedBytesMax < visibleBytesMax) return;
  if (!fitsInto({ ...thread.variables, ...assigned }, visibleBytesMax)) {
    throw new StateError(
      'States.DataLimitExceeded',
      'The variables of the execution exceed the maximum number of bytes service limit.',
    );
  }
}
