/** The inputs of a map run's children: items given or read, selected, and batched. */

import { inTurns, nextTurn } from '../../lib/index.js';
import type { Objects } from '../buckets/index.js';
import { applyTemplate, Effort } from '../data/index.js';
import type { MapRunRequest } from '../engine/types.js';
import { StateError } from '../failure.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { Evaluator } from '../jsonata/types.js';
import { batched } from './batches.js';
import type { Input } from './child.js';
import { type ReadItem, readItems } from './item-reader.js';

export interface InputsDeps {
  /** Null where the cluster is not told of any. */
  readonly objects: Objects | null;
  readonly evaluator: Evaluator;
  random(): number;
  uuid(): string;
}

type Selection = NonNullable<MapRunRequest['selection']>;

/** Throws StateError. */
export async function inputsOf(
  deps: InputsDeps,
  request: MapRunRequest,
  definition: string,
): Promise<readonly Input[]> {
  const { reader, batcher, items, selection } = request;
  let inputs: readonly JsonValue[] = items;
  if (reader !== undefined) {
    const read = await readItems(deps.objects, reader);
    inputs =
      selection === undefined
        ? read.map(({ value }) => value)
        : await selected(deps, request, selection, read, definition);
  }
  if (batcher === undefined) return inputs.map((value) => ({ value, itemCount: 1 }));
  return batched(batcher, inputs).map((value) => ({ value, itemCount: value.Items.length }));
}

async function selected(
  deps: InputsDeps,
  { state }: MapRunRequest,
  selection: Selection,
  read: readonly ReadItem[],
  definition: string,
): Promise<readonly JsonValue[]> {
  const template = state.ItemSelector ?? state.Parameters;
  if (template === undefined) return read.map(({ value }) => value);
  const inherited = (JSON.parse(definition) as { QueryLanguage?: string }).QueryLanguage;
  const isJsonata = (state.QueryLanguage ?? inherited) === 'JSONata';
  const { random, uuid } = deps;
  const inputs: JsonValue[] = [];
  for await (const { value: Value, source: Source } of inTurns(read, nextTurn)) {
    const Index = inputs.length;
    const context: JsonObject = { ...selection.context, Map: { Item: { Index, Value, Source } } };
    inputs.push(
      isJsonata
        ? await evaluated(deps.evaluator, template, { ...selection, context })
        : applyTemplate(template, { ...selection, context, effort: new Effort(), random, uuid }),
    );
  }
  return inputs;
}

async function evaluated(
  evaluator: Evaluator,
  template: JsonValue,
  { input, context, variables }: Selection,
): Promise<JsonValue> {
  const fields = [{ name: 'ItemSelector', template }];
  const result = await evaluator.evaluate({ fields, states: { input, context }, variables });
  if (result.kind === 'failed') throw new StateError(result.error, result.cause);
  return result.values[0] ?? null;
}
