/** Inputs and outputs of executions: JSON texts, kept as they are given. */
import { HearthError } from '../../types/index.js';
import { nestsTooDeep } from '../json.js';
import { jsonProblem } from '../language/index.js';

/** Throws `invalid-execution-input`. */
export function checkExecutionInput(text: string): void {
  const problem = textProblem(text);
  if (problem === null) return;
  throw new HearthError(
    'invalid-execution-input',
    `Invalid State Machine Execution Input: '${problem}'`,
  );
}

/** Why a text is no JSON; null where it is. */
export function textProblem(text: string): string | null {
  if (nestsTooDeep(text)) return 'Document nesting depth exceeds the maximum allowed.';
  try {
    JSON.parse(text);
    return null;
  } catch {
    if (text.trim() === '') return 'Invalid execution input.';
    // without its place, which stands at the end
    return jsonProblem(text)?.message.split('\n at [Source')[0] ?? 'Invalid execution input.';
  }
}
