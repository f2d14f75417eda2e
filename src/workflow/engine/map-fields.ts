/** Reader, batcher and writer of a distributed Map, with what they name filled in. */
import type { Scope } from '../data/index.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { MapState } from '../language/index.js';
import type { Phase } from './evaluation.js';
import { fillField } from './fill-field.js';
import type { Machine } from './machine.js';
import { numberAt } from './numbers.js';
import { selectInput } from './pipeline.js';
import type { MapRunPlan, Thread } from './thread.js';

export function* mapFields(
  machine: Machine,
  thread: Thread,
  state: MapState,
): Phase<Pick<MapRunPlan, 'reader' | 'batcher' | 'writer'>> {
  const { ItemReader, ItemBatcher, ResultWriter } = state;
  const input = selectInput(machine, thread, state).value;
  const scope = machine.scope(thread, input);
  const filled: { reader?: JsonValue; batcher?: JsonValue; writer?: JsonValue } = {};
  if (ItemReader) {
    const reader = yield* fillField(machine, thread, 'ItemReader', ItemReader, input);
    filled.reader = withReaderNumbers(reader, scope);
  }
  if (ItemBatcher) {
    const batcher = yield* fillField(machine, thread, 'ItemBatcher', ItemBatcher, input);
    filled.batcher = withBatcherNumbers(batcher, scope);
  }
  if (ResultWriter) {
    filled.writer = yield* fillField(machine, thread, 'ResultWriter', ResultWriter, input);
  }
  return filled;
}

/** Where a path leads to a number, the number. @throws StateError */
export function withReaderNumbers(reader: JsonValue, scope: Scope): JsonValue {
  if (!isJsonObject(reader) || reader.ReaderConfig === undefined) return reader;
  return { ...reader, ReaderConfig: withNumbers(reader.ReaderConfig, ['MaxItems'], scope) };
}

/** @throws StateError */
export function withBatcherNumbers(batcher: JsonValue, scope: Scope): JsonValue {
  return withNumbers(batcher, ['MaxItemsPerBatch', 'MaxInputBytesPerBatch'], scope);
}

/** `NamePath` becomes the `Name` that it leads to. */
function withNumbers(fields: JsonValue, names: readonly string[], scope: Scope): JsonValue {
  if (!isJsonObject(fields)) return fields;
  const filled: Record<string, JsonValue> = { ...fields };
  for (const name of names) {
    const path = fields[`${name}Path`];
    if (typeof path !== 'string') continue;
    delete filled[`${name}Path`];
    filled[name] = numberAt(scope, path, name);
  }
  return filled satisfies JsonObject;
}
