/** The items that a Map would work on, on their way from where they are to what an iteration takes. */
import { HearthError } from '../../types/index.js';
import { StateError } from '../failure.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { Trial } from './trial.js';

export interface MapWay {
  readonly reader: JsonObject | undefined;
  /** Without a reader: an array, or an object whose members are the items. */
  items(): JsonValue;
  /** What an iteration takes in place of its item, by the context object of the iteration. */
  readonly selected: ((context: JsonObject) => Promise<JsonValue>) | undefined;
  readonly batcher: JsonObject | undefined;
  filled(template: JsonValue): Promise<JsonValue>;
  readonly limits: {
    readonly maxConcurrency: number;
    readonly toleratedFailureCount: number | undefined;
    readonly toleratedFailurePercentage: number | undefined;
  };
}

/** Notes it all, and fails as the Map does where more iterations failed than are tolerated. */
export async function noteItems(trial: Trial, way: MapWay): Promise<void> {
  const found = way.reader === undefined ? way.items() : readItems(trial, way.reader);
  let items = entriesOf(found);
  if (way.selected !== undefined) {
    const { context } = trial.facts;
    const inputs: JsonValue[] = [];
    for (const [Index, Value] of items.entries()) {
      inputs.push(await way.selected({ ...context, Map: { Item: { Index, Value } } }));
    }
    items = inputs;
    trial.note('afterItemSelector', items);
  }
  if (way.batcher !== undefined) trial.note('afterItemBatcher', await batches(items, way));
  const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = way.limits;
  trial.noteNumber('maxConcurrency', maxConcurrency);
  if (toleratedFailureCount !== undefined) {
    trial.noteNumber('toleratedFailureCount', toleratedFailureCount);
  }
  if (toleratedFailurePercentage !== undefined) {
    trial.noteNumber('toleratedFailurePercentage', toleratedFailurePercentage);
  }
  failBeyondTolerance(trial, items.length, way.limits);
}

function entriesOf(found: JsonValue): readonly JsonValue[] {
  if (Array.isArray(found)) return found as readonly JsonValue[];
  return isJsonObject(found) ? Object.entries(found).map(([Key, Value]) => ({ Key, Value })) : [];
}

/** Without a limit of tolerance nothing is compared: the mocked result says then what came out. */
function failBeyondTolerance(trial: Trial, items: number, limits: MapWay['limits']): void {
  const { mock, request } = trial.facts;
  const failed = request.stateConfiguration?.mapIterationFailureCount;
  if (failed === undefined) return;
  if (failed > items) {
    throw new HearthError(
      'validation',
      'Map iteration failure count must be less than or equal to the number of Map iterations',
    );
  }
  if (mock?.kind === 'failure') return;
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = limits;
  const isBeyond =
    (count !== undefined && failed > count) ||
    (percentage !== undefined && (failed / items) * 100 > percentage);
  if (isBeyond) {
    throw new StateError(
      'States.ExceedToleratedFailureThreshold',
      'The specified tolerated failure threshold was exceeded',
    );
  }
}

/** What the mocked source holds, as the reader is told to read it. */
function readItems(trial: Trial, reader: JsonObject): JsonValue {
  const text = trial.facts.request.stateConfiguration?.mapItemReaderData;
  if (text === undefined) {
    throw new HearthError(
      'validation',
      'MapItemReaderData must be specified when testing a Map state with an ItemReader',
    );
  }
  const config = isJsonObject(reader.ReaderConfig) ? reader.ReaderConfig : {};
  const items = parsedItems(trial, text, config);
  const { MaxItems } = config;
  return typeof MaxItems === 'number' && MaxItems > 0 && Array.isArray(items)
    ? items.slice(0, MaxItems)
    : items;
}

function parsedItems(trial: Trial, text: string, config: JsonObject): JsonValue {
  if (config.InputType === 'CSV') return rowsOf(text, config);
  try {
    if (config.InputType === 'JSONL') {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      return lines.map((line) => JSON.parse(line) as JsonValue);
    }
    const whole = JSON.parse(text) as JsonValue;
    const { ItemsPointer } = config;
    if (typeof ItemsPointer !== 'string') return whole;
    const pointed = atPointer(whole, ItemsPointer);
    trial.note('afterItemsPointer', pointed);
    return pointed;
  } catch (error) {
    if (error instanceof StateError) throw error;
    throw new StateError('States.ItemReaderFailed', 'Attempting to parse the items failed.');
  }
}

/** RFC 6901. */
function atPointer(value: JsonValue, pointer: string): JsonValue {
  let found: JsonValue | undefined = value;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(found)) found = (found as readonly JsonValue[])[Number(name)];
    else found = isJsonObject(found) ? found[name] : undefined;
  }
  if (found === undefined) {
    throw new StateError('States.ItemReaderFailed', `ItemsPointer '${pointer}' names nothing.`);
  }
  return found;
}

const delimiters: Readonly<Record<string, string>> = {
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  SPACE: ' ',
  TAB: '\t',
};

function rowsOf(text: string, config: JsonObject): JsonValue {
  const delimiter = delimiters[String(config.CSVDelimiter ?? 'COMMA')] ?? ',';
  const rows = text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => cellsOf(line, delimiter));
  const given = config.CSVHeaderLocation === 'GIVEN' && Array.isArray(config.CSVHeaders);
  const headers = given ? (config.CSVHeaders as readonly JsonValue[]) : (rows.shift() ?? []);
  return rows.map((cells) =>
    Object.fromEntries(headers.map((header, at) => [String(header), cells[at] ?? ''])),
  );
}

/** RFC 4180, of one line. */
function cellsOf(line: string, delimiter: string): string[] {
  const cells = [''];
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const sign = line[at] ?? '';
    if (sign === '"' && quoted && line[at + 1] === '"') {
      cells.push(`${cells.pop()}"`);
      at++;
    } else if (sign === '"') quoted = !quoted;
    else if (sign === delimiter && !quoted) cells.push('');
    else cells.push(`${cells.pop()}${sign}`);
  }
  return cells;
}

async function batches(items: readonly JsonValue[], way: MapWay): Promise<JsonValue> {
  const { BatchInput, ...limits } = way.batcher ?? {};
  const shared = BatchInput === undefined ? {} : { BatchInput: await way.filled(BatchInput) };
  const itemsMax = Number(limits.MaxItemsPerBatch ?? Number.POSITIVE_INFINITY);
  const bytesMax = Number(limits.MaxInputBytesPerBatch ?? Number.POSITIVE_INFINITY);
  const all: { Items: JsonValue[] }[] = [];
  for (const item of items) {
    const last = all.at(-1);
    const fits =
      last !== undefined &&
      last.Items.length < itemsMax &&
      Buffer.byteLength(JSON.stringify({ ...shared, Items: [...last.Items, item] })) <= bytesMax;
    if (fits) last.Items.push(item);
    else all.push({ ...shared, Items: [item] });
  }
  return all;
}
