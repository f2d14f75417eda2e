/** Whether two values are the same JSON: numbers by value, objects whatever the order of their members. */
import { isJsonObject, type JsonValue } from '../json.js';

/** `visit` is called for each value of one that is compared: whoever compares often bounds it. */
export function isSame(left: JsonValue, right: JsonValue, visit?: () => void): boolean {
  visit?.();
  if (left === right) return true;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item: JsonValue, index) => isSame(item, right[index] as JsonValue, visit))
    );
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every(
    (name) =>
      Object.hasOwn(right, name) &&
      isSame(left[name] as JsonValue, right[name] as JsonValue, visit),
  );
}

/** The same text for the same JSON, and for no other. */
export function keyOf(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(keyOf).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${keyOf(value[name] as JsonValue)}`).join()}}`;
}
