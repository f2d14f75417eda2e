/** JSON with expressions in it: which there are and where, and the same JSON with what they gave. */
import { isJsonObject, type JsonValue } from '../json.js';
import { expressionIn } from './expression.js';

export interface Slot {
  /** Without `{%` and `%}`. */
  readonly text: string;
  /** Such as `Arguments/Payload/a`; empty for the template itself. */
  readonly path: string;
}

const known = new WeakMap<object, readonly Slot[]>();

/** In the order in which they stand. */
export function slotsOf(template: JsonValue): readonly Slot[] {
  if (typeof template !== 'object' || template === null) return collected(template);
  const slots = known.get(template) ?? collected(template);
  known.set(template, slots);
  return slots;
}

/** `values`: one for each slot. */
export function fill(template: JsonValue, values: Iterator<JsonValue>): JsonValue {
  if (typeof template === 'string') {
    return expressionIn(template) === null ? template : (values.next().value as JsonValue);
  }
  if (typeof template !== 'object' || template === null) return template;
  if (slotsOf(template).length === 0) return template;
  if (Array.isArray(template)) return template.map((item: JsonValue) => fill(item, values));
  return Object.fromEntries(
    Object.entries(template).map(([name, member]) => [name, fill(member, values)]),
  );
}

function collected(template: JsonValue): readonly Slot[] {
  if (typeof template === 'string') {
    const text = expressionIn(template);
    return text === null ? [] : [{ text, path: '' }];
  }
  if (Array.isArray(template)) {
    return template.flatMap((item: JsonValue, index) => below(`[${index}]`, item));
  }
  if (!isJsonObject(template)) return [];
  return Object.entries(template).flatMap(([name, member]) => below(`/${name}`, member));
}

function below(step: string, template: JsonValue): readonly Slot[] {
  return slotsOf(template).map(({ text, path }) => ({ text, path: step + path }));
}
