/** The inputs of a map run's children: items given or read, selected, and batched. */

import { inTurns, nextTurn } from '../../lib/index.js';
import type { Objects } from '../buckets/index.js';
import { applyTemplate, Effort } from '../data/index.js';
import type { MapRunRequest } from '../engine/types.js';
import { StateError } from '../failure.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { Evaluator } from '../jsonata/types.js';
import { batched } from './batches.js';
import { readItems } from './item-reader.js';

export interface InputsDeps {
  /** Null where the cluster is not told of any. */
  readonly objects: Objects | null;
  readonly evaluator: Evaluator;
  random(): number;
  uuid(): string;
}

export interface Inputs {
  readonly inputs: readonly JsonValue[];
  /** Of each, what its context object has under `Map`. */
  readonly contexts: readonly JsonValue[] | undefined;
}

type Selection = NonNullable<MapRunRequest['selection']>;

/** Throws StateError. */
export async function inputsOf(
  deps: InputsDeps,
  request: MapRunRequest,
  definition: string,
): Promise<Inputs> {
  const { reader, batcher, items, itemContexts, selection } = request;
  let inputs: readonly JsonValue[] = items;
  let contexts = itemContexts;
  if (reader !== undefined) {
    const read = await readItems(deps.objects, reader);
    contexts = read.map((value, index) => ({ Item: { Index: index, Value: value } }));
    inputs =
      selection === undefined
        ? read
        : await selected(deps, request, selection, contexts, definition);
  }
  if (batcher === undefined) return { inputs, contexts };
  return { inputs: batched(batcher, inputs), contexts: undefined };
}

async function selected(
  deps: InputsDeps,
  { state }: MapRunRequest,
  selection: Selection,
  contexts: readonly JsonValue[],
  definition: string,
): Promise<readonly JsonValue[]> {
  const template = state.ItemSelector ?? state.Parameters;
  if (template === undefined) {
    return contexts.map((context) => itemOf(context));
  }
  const inherited = (JSON.parse(definition) as { QueryLanguage?: string }).QueryLanguage;
  const isJsonata = (state.QueryLanguage ?? inherited) === 'JSONata';
  const { random, uuid } = deps;
  const inputs: JsonValue[] = [];
  for await (const item of inTurns(contexts, nextTurn)) {
    const context: JsonObject = { ...selection.context, Map: item };
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

function itemOf(context: JsonValue): JsonValue {
  return (context as { Item: { Value: JsonValue } }).Item.Value;
}
