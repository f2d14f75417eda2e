/** ResultPath: where a result goes in the input of its state. */
import { StateError } from '../failure.js';
import { isJsonObject, type JsonValue } from '../json.js';
import { pathOf } from './path.js';
import type { PathStep } from './path-syntax.js';

/** The input with the result at the path; null discards the result, and no path takes the result alone. */
export function writeResult(
  resultPath: string | null | undefined,
  rawInput: JsonValue,
  result: JsonValue,
): JsonValue {
  if (resultPath === null) return rawInput;
  if (resultPath === undefined) return result;
  const { steps } = pathOf(resultPath);
  return written(steps, 0, rawInput, result, resultPath);
}

/** Objects are made where there is nothing; a place in an array must be there. */
function written(
  steps: readonly PathStep[],
  index: number,
  value: JsonValue | undefined,
  result: JsonValue,
  path: string,
): JsonValue {
  const step = steps[index];
  if (step === undefined) return result;
  const next = (child: JsonValue | undefined): JsonValue =>
    written(steps, index + 1, child, result, path);
  if (step.kind === 'names' && (value === undefined || isJsonObject(value))) {
    const name = step.names[0] as string;
    const child = value !== undefined && Object.hasOwn(value, name) ? value[name] : undefined;
    return { ...value, [name]: next(child) };
  }
  if (step.kind === 'indices' && Array.isArray(value)) {
    const position = step.indices[0] as number;
    if (position >= 0 && position < value.length) {
      return value.with(position, next(value[position]));
    }
  }
  throw new StateError(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${path} to input ${JSON.stringify(value ?? null)}`,
  );
}
