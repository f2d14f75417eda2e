/** ItemSelector: what one iteration of a Map takes of its item. */
import { applyTemplate } from '../data/index.js';
import type { JsonValue } from '../json.js';
import type { MapState } from '../language/index.js';
import { mapItem } from './context.js';
import { evaluateFields, type Phase } from './evaluation.js';
import type { Machine } from './machine.js';
import { Payload } from './payload.js';
import { selectInput } from './pipeline.js';
import type { Thread } from './thread.js';

export function* itemInput(
  machine: Machine,
  map: Thread,
  items: Payload,
  index: number,
  source?: string,
): Phase<Payload> {
  const state = map.definition as MapState;
  const template = state.ItemSelector ?? state.Parameters;
  const values = items.value as readonly JsonValue[];
  if (template === undefined) return Payload.ofValue(values[index] ?? null);
  const item = mapItem(values, index, source);
  if (machine.isJsonata(map)) {
    const field = { name: 'ItemSelector', template };
    const states = machine.states(map, {}, item);
    const [value = null] = yield* evaluateFields([field], states, map.variables);
    return Payload.ofValue(value);
  }
  const selected = selectInput(machine, map, state);
  return Payload.ofValue(applyTemplate(template, machine.scope(map, selected.value, item)));
}
