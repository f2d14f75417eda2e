/** Whether two values are the same JSON: numbers by value, objects whatever the order of their members. */
import { isJsonObject, type JsonValue } from '../json.js';
import type { Effort } from './effort.js';

export function isSame(left: JsonValue, right: JsonValue, effort: Effort): boolean {
  effort.spend(1);
  if (left === right) return true;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item: JsonValue, index) => isSame(item, right[index] as JsonValue, effort))
    );
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every(
    (name) =>
      Object.hasOwn(right, name) &&
      isSame(left[name] as JsonValue, right[name] as JsonValue, effort),
  );
}

/** Text of a value is made, not just looked at. */
const valuesPerKey = 4;
const charactersPerValue = 10;

/** The same text for the same JSON, and for no other. */
export function keyOf(value: JsonValue, effort: Effort): string {
  effort.spend(valuesPerKey);
  if (typeof value === 'string') effort.spend(value.length / charactersPerValue);
  if (Array.isArray(value)) return `[${value.map((item) => keyOf(item, effort)).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${keyOf(value[name] as JsonValue, effort)}`).join()}}`;
}
