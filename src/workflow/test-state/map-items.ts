/** The items that a Map would work on, on their way from where they are to what an iteration takes. */
import { HearthError } from '../../types/index.js';
import { notNegative, ofHundred } from '../engine/numbers.js';
import { StateError } from '../failure.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { batched, csvConfigOf, csvItems, jsonLines, pointed } from '../map-run/index.js';
import type { Trial } from './trial.js';

export interface MapWay {
  /** With what it names filled in, as the batcher. */
  readonly reader: JsonValue | undefined;
  /** Without a reader: an array, or an object whose members are the items. */
  items(): JsonValue;
  /** What an iteration takes in place of its item, by the context object of the iteration. */
  readonly selected: ((context: JsonObject) => Promise<JsonValue>) | undefined;
  readonly batcher: JsonValue | undefined;
  readonly limits: {
    readonly maxConcurrency: number;
    readonly toleratedFailureCount: number | undefined;
    readonly toleratedFailurePercentage: number | undefined;
  };
}

/** Throws StateError. */
export function checkedLimits(
  maxConcurrency: number | undefined,
  count: number | undefined,
  percentage: number | undefined,
): MapWay['limits'] {
  return {
    maxConcurrency: notNegative(maxConcurrency ?? 0, 'MaxConcurrency'),
    toleratedFailureCount: count && notNegative(count, 'ToleratedFailureCount'),
    toleratedFailurePercentage: percentage && ofHundred(percentage, 'ToleratedFailurePercentage'),
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
  if (way.batcher !== undefined) {
    trial.note('afterItemBatcher', batched(way.batcher, items));
  }
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
function readItems(trial: Trial, reader: JsonValue): JsonValue {
  const text = trial.facts.request.stateConfiguration?.mapItemReaderData;
  if (text === undefined) {
    throw new HearthError(
      'validation',
      'MapItemReaderData must be specified when testing a Map state with an ItemReader',
    );
  }
  const { ReaderConfig } = isJsonObject(reader) ? reader : {};
  const config = isJsonObject(ReaderConfig) ? ReaderConfig : {};
  const items = parsedItems(trial, text, config);
  const { MaxItems } = config;
  return typeof MaxItems === 'number' && MaxItems > 0 && Array.isArray(items)
    ? items.slice(0, MaxItems)
    : items;
}

function parsedItems(trial: Trial, text: string, config: JsonObject): JsonValue {
  try {
    if (config.InputType === 'CSV') return csvItems(text, csvConfigOf(config));
    if (config.InputType === 'JSONL') return jsonLines(text);
    const whole = JSON.parse(text) as JsonValue;
    const { ItemsPointer } = config;
    if (typeof ItemsPointer !== 'string') return whole;
    const found = pointed(whole, ItemsPointer);
    trial.note('afterItemsPointer', found);
    return found;
  } catch (error) {
    if (error instanceof StateError) throw error;
    throw new StateError('States.ItemReaderFailed', 'Attempting to parse the items failed.');
  }
}
