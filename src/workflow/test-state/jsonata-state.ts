/** A state in JSONata: input, Arguments, the work, Output and Assign. */
import { expectType } from '../engine/evaluation.js';
import type { MapNumber } from '../engine/numbers.js';
import { StateError } from '../failure.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { EvaluationField } from '../jsonata/types.js';
import type { ChoiceState, FailState, MapState, WaitState } from '../language/index.js';
import { checkedLimits, noteItems } from './map-items.js';
import type { Passed, Trial } from './trial.js';
import { noTransition, waitUntil, workOf } from './work.js';

/** Throws StateError where the state fails. */
export async function runJsonataState(trial: Trial): Promise<Passed> {
  const { state, input } = trial.facts;
  switch (state.Type) {
    case 'Pass':
      return shaped(trial, state, input, state.Next);
    case 'Succeed':
      return shaped(trial, state, input);
    case 'Choice':
      return choose(trial, state);
    case 'Fail':
      return fail(trial, state);
    case 'Wait':
      return wait(trial, state);
    case 'Map':
      return map(trial, state);
    case 'Parallel': {
      const asked = await argumentsOf(trial, state.Arguments);
      return worked(trial, state, await workOf(trial, asked));
    }
    case 'Task': {
      const asked = await argumentsOf(trial, state.Arguments);
      if (state.Arguments !== undefined) trial.note('afterArguments', asked);
      const result = await workOf(trial, asked);
      trial.note('result', result);
      return worked(trial, state, result);
    }
  }
}

interface Shaping {
  readonly Output?: JsonValue;
  readonly Assign?: JsonObject;
}

/** `value` is the output where the state does not say another. */
export async function shaped(
  trial: Trial,
  { Output, Assign }: Shaping,
  value: JsonValue,
  next?: string,
  more: JsonObject = {},
): Promise<Passed> {
  const fields: EvaluationField[] = [];
  if (Assign !== undefined) fields.push({ name: 'Assign', template: Assign });
  if (Output !== undefined) fields.push({ name: 'Output', template: Output });
  if (fields.length === 0) return { output: value, next };
  const values = await trial.evaluate(fields, more);
  if (Assign !== undefined && isJsonObject(values[0])) trial.assign(values[0]);
  return { output: Output === undefined ? value : (values.at(-1) ?? null), next };
}

function worked(trial: Trial, state: Shaping & { Next?: string }, result: JsonValue) {
  return shaped(trial, state, result, state.Next, { result });
}

async function argumentsOf(trial: Trial, template: JsonValue | undefined): Promise<JsonValue> {
  if (template === undefined) return trial.facts.input;
  return one(trial, 'Arguments', template);
}

async function one(trial: Trial, name: string, template: JsonValue): Promise<JsonValue> {
  const [value] = await trial.evaluate([{ name, template }]);
  return value ?? null;
}

async function choose(trial: Trial, state: ChoiceState): Promise<Passed> {
  const { input } = trial.facts;
  for (const [at, rule] of state.Choices.entries()) {
    const name = `Choices[${at}]/Condition`;
    const holds = await one(trial, name, rule.Condition ?? null);
    expectType(holds, 'boolean', name, rule.Condition ?? null);
    if (holds === true) return shaped(trial, rule, input, rule.Next);
  }
  if (state.Default === undefined) throw noTransition();
  return shaped(trial, state, input, state.Default);
}

async function fail(trial: Trial, state: FailState): Promise<never> {
  const fields = (['Error', 'Cause'] as const).flatMap((name) => {
    const template = state[name];
    return template === undefined ? [] : [{ name, template }];
  });
  const values = fields.length === 0 ? [] : await trial.evaluate(fields);
  const told = Object.fromEntries(fields.map(({ name }, at) => [name, String(values[at])]));
  throw trial.ended(told.Error, told.Cause);
}

async function wait(trial: Trial, state: WaitState): Promise<Passed> {
  const { Seconds, Timestamp } = state;
  await waitUntil(trial, {
    seconds: Seconds === undefined ? undefined : await one(trial, 'Seconds', Seconds),
    timestamp: Timestamp === undefined ? undefined : await one(trial, 'Timestamp', Timestamp),
  });
  return shaped(trial, state, trial.facts.input, state.Next);
}

async function map(trial: Trial, state: MapState): Promise<Passed> {
  const { Items, ItemSelector, ItemReader, ItemBatcher } = state;
  const found = Items === undefined ? trial.facts.input : await one(trial, 'Items', Items);
  const filled = async (name: string, template: JsonValue | undefined) =>
    template === undefined ? undefined : one(trial, name, template);
  const count = await limit(trial, state, 'ToleratedFailureCount');
  const percentage = await limit(trial, state, 'ToleratedFailurePercentage');
  await noteItems(trial, {
    reader: await filled('ItemReader', ItemReader),
    items: () => listOf(trial, found, Items),
    selected:
      ItemSelector === undefined
        ? undefined
        : async (context) => {
            const field = { name: 'ItemSelector', template: ItemSelector };
            const [value] = await trial.evaluate([field], {}, context);
            return value ?? null;
          },
    batcher: await filled('ItemBatcher', ItemBatcher),
    limits: checkedLimits(await limit(trial, state, 'MaxConcurrency'), count, percentage),
  });
  return worked(trial, state, await workOf(trial, trial.facts.input));
}

function listOf(trial: Trial, found: JsonValue, template: JsonValue | undefined): JsonValue {
  // the items of an object are its members
  if (Array.isArray(found) || isJsonObject(found)) return found;
  if (template !== undefined) expectType(found, 'array', 'Items', template);
  throw new StateError(
    'States.QueryEvaluationError',
    `Map state input must be an array but was: ${trial.facts.texts.write(found)}`,
  );
}

async function limit(trial: Trial, state: MapState, name: MapNumber): Promise<number | undefined> {
  const template = state[name];
  if (template === undefined || typeof template === 'number') return template;
  const value = await one(trial, name, template);
  expectType(value, 'number', name, template);
  return Number(value);
}
