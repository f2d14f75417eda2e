/** A field with what it names filled in, in the query language of its state. */
import { applyTemplate } from '../data/index.js';
import type { JsonValue } from '../json.js';
import { evaluateFields, type Phase } from './evaluation.js';
import type { Machine } from './machine.js';
import type { Thread } from './thread.js';

export function* fillField(
  machine: Machine,
  thread: Thread,
  name: string,
  template: JsonValue,
  input: JsonValue = thread.kept.input.value,
): Phase<JsonValue> {
  if (!machine.isJsonata(thread)) return applyTemplate(template, machine.scope(thread, input));
  const field = { name, template };
  const [value = null] = yield* evaluateFields([field], machine.states(thread), thread.variables);
  return value;
}
