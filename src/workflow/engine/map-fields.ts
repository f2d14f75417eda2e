/** Reader, batcher and writer of a distributed Map, with what they name filled in. */
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
  const atPath = (path: string, name: string): number =>
    numberAt(machine, thread, input, path, name);
  const filled: { reader?: JsonValue; batcher?: JsonValue; writer?: JsonValue } = {};
  if (ItemReader) {
    const reader = yield* fillField(machine, thread, 'ItemReader', ItemReader, input);
    filled.reader = withConfig(reader, (config) => withNumbers(config, ['MaxItems'], atPath));
  }
  if (ItemBatcher) {
    const batcher = yield* fillField(machine, thread, 'ItemBatcher', ItemBatcher, input);
    filled.batcher = withNumbers(batcher, ['MaxItemsPerBatch', 'MaxInputBytesPerBatch'], atPath);
  }
  if (ResultWriter) {
    filled.writer = yield* fillField(machine, thread, 'ResultWriter', ResultWriter, input);
  }
  return filled;
}

function withConfig(reader: JsonValue, change: (config: JsonValue) => JsonValue): JsonValue {
  if (!isJsonObject(reader) || reader.ReaderConfig === undefined) return reader;
  return { ...reader, ReaderConfig: change(reader.ReaderConfig) };
}

/** `NamePath` becomes the `Name` that it leads to. */
function withNumbers(
  fields: JsonValue,
  names: readonly string[],
  atPath: (path: string, name: string) => number,
): JsonValue {
  if (!isJsonObject(fields)) return fields;
  const filled: Record<string, JsonValue> = { ...fields };
  for (const name of names) {
    const path = fields[`${name}Path`];
    if (typeof path !== 'string') continue;
    delete filled[`${name}Path`];
    filled[name] = atPath(path, name);
  }
  return filled satisfies JsonObject;
}
