/** A state in JSONPath: input, InputPath, Parameters, the work, ResultSelector, ResultPath, OutputPath. */
import { applyTemplate, isTrue, readPath, type Scope, writeResult } from '../data/index.js';
import { withBatcherNumbers, withReaderNumbers } from '../engine/map-fields.js';
import { type MapNumber, numberAt } from '../engine/numbers.js';
import { StateError } from '../failure.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type {
  ChoiceState,
  FailState,
  MapState,
  PassState,
  State,
  TaskState,
  WaitState,
} from '../language/index.js';
import { checkedLimits, noteItems } from './map-items.js';
import { spacedJson } from './texts.js';
import type { Passed, Trial } from './trial.js';
import { noTransition, waitUntil, workOf } from './work.js';

/** Throws StateError where the state fails. */
export async function runPathState(trial: Trial): Promise<Passed> {
  const { state, input } = trial.facts;
  switch (state.Type) {
    case 'Pass':
      return pass(trial, state);
    case 'Choice':
      return choose(trial, state);
    case 'Fail':
      return fail(trial, state, selected(trial, state, true));
    case 'Wait':
      return wait(trial, state);
    case 'Succeed':
      return { output: outputOf(trial, state, selected(trial, state, true)) };
    case 'Task':
      return task(trial, state);
    case 'Map':
      return map(trial, state);
    case 'Parallel': {
      const given = selected(trial, state, false);
      const scope = trial.scope(given);
      if (state.Parameters !== undefined) applyTemplate(state.Parameters, scope);
      return finish(trial, state, await workOf(trial, input));
    }
  }
}

/** What InputPath leaves; noted where AWS shows it. */
function selected(trial: Trial, state: State, shown: boolean): JsonValue {
  const { InputPath } = state as { InputPath?: string | null };
  const given = throughPath(InputPath, trial.scope(trial.facts.input));
  if (shown) trial.note('afterInputPath', given);
  return given;
}

function throughPath(path: string | null | undefined, scope: Scope): JsonValue {
  if (path === null) return {};
  return path === undefined || path === '$' ? scope.input : readPath(path, scope);
}

function outputOf(trial: Trial, state: State, value: JsonValue): JsonValue {
  const { OutputPath } = state as { OutputPath?: string | null };
  return throughPath(OutputPath, trial.scope(value));
}

function pass(trial: Trial, state: PassState): Passed {
  const { input } = trial.facts;
  // of a Result, AWS shows nothing of what comes before
  const hasResult = state.Result !== undefined;
  let result = selected(trial, state, !hasResult);
  if (state.Parameters !== undefined) {
    result = applyTemplate(state.Parameters, trial.scope(result));
  }
  if (!hasResult) trial.note('afterParameters', result);
  else {
    result = state.Result ?? null;
    trial.note('result', result);
  }
  assign(trial, state.Assign, result);
  trial.note('afterResultSelector', result);
  const merged = writeResult(state.ResultPath, input, result);
  trial.note('afterResultPath', merged);
  return { output: outputOf(trial, state, merged), next: state.Next };
}

async function task(trial: Trial, state: TaskState): Promise<Passed> {
  const given = selected(trial, state, true);
  const asked =
    state.Parameters === undefined ? given : applyTemplate(state.Parameters, trial.scope(given));
  trial.note('afterParameters', asked);
  const result = await workOf(trial, asked);
  trial.note('result', result);
  return finish(trial, state, result);
}

async function map(trial: Trial, state: MapState): Promise<Passed> {
  const given = selected(trial, state, true);
  const scope = trial.scope(given);
  const { ItemsPath, ItemReader, ItemBatcher } = state;
  const selector = state.ItemSelector ?? state.Parameters;
  const filled = (template: JsonValue) => applyTemplate(template, scope);
  const limitOf = (name: MapNumber, type?: 'float') => limit(state, name, scope, type);
  const count = limitOf('ToleratedFailureCount');
  const percentage = limitOf('ToleratedFailurePercentage', 'float');
  await noteItems(trial, {
    reader: ItemReader && withReaderNumbers(filled(ItemReader), scope),
    items: () => itemsAt(trial, ItemsPath ?? '$', scope),
    selected:
      selector === undefined
        ? undefined
        : async (context) => applyTemplate(selector, trial.scope(given, context)),
    batcher: ItemBatcher && withBatcherNumbers(filled(ItemBatcher), scope),
    limits: checkedLimits(limitOf('MaxConcurrency'), count, percentage),
  });
  return finish(trial, state, await workOf(trial, given));
}

function itemsAt(trial: Trial, path: string, scope: Scope): JsonValue {
  const found = throughPath(path, scope);
  if (!Array.isArray(found)) {
    const shown = path.replace(/^\$\$/, '$');
    throw new StateError('States.Runtime', `Reference path "${shown}" must point to array.`);
  }
  trial.inspection.afterItemsPath = spacedJson(found);
  return found;
}

function limit(state: MapState, name: MapNumber, scope: Scope, type?: 'float'): number | undefined {
  const path = state[`${name}Path`];
  if (path !== undefined) return numberAt(scope, path, name, type);
  const value = state[name];
  return value === undefined ? undefined : Number(value);
}

/** From the result to the output, of states that have all of it. */
function finish(
  trial: Trial,
  state: TaskState | MapState | ParallelLike,
  result: JsonValue,
): Passed {
  const { ResultSelector } = state;
  const chosen =
    ResultSelector === undefined ? result : applyTemplate(ResultSelector, trial.scope(result));
  trial.note('afterResultSelector', chosen);
  assign(trial, state.Assign, chosen);
  const merged = writeResult(state.ResultPath, trial.facts.input, chosen);
  trial.note('afterResultPath', merged);
  return { output: outputOf(trial, state as State, merged), next: state.Next };
}

type ParallelLike = Extract<State, { Type: 'Parallel' }>;

function assign(trial: Trial, template: JsonObject | undefined, value: JsonValue): void {
  if (template === undefined) return;
  const values = applyTemplate(template, trial.scope(value));
  if (isJsonObject(values)) trial.assign(values);
}

function choose(trial: Trial, state: ChoiceState): Passed {
  const given = selected(trial, state, true);
  const rule = state.Choices.find((one) => isTrue(one, trial.scope(given)));
  const next = rule === undefined ? state.Default : rule.Next;
  if (next === undefined) throw noTransition();
  assign(trial, rule === undefined ? state.Assign : rule.Assign, given);
  return { output: outputOf(trial, state, given), next };
}

function fail(trial: Trial, state: FailState, given: JsonValue): never {
  const scope = trial.scope(given);
  const read = (path: string | undefined, text: string | undefined) =>
    path === undefined ? text : String(readPath(path, scope));
  throw trial.ended(read(state.ErrorPath, state.Error), read(state.CausePath, state.Cause));
}

async function wait(trial: Trial, state: WaitState): Promise<Passed> {
  const given = selected(trial, state, true);
  const scope = trial.scope(given);
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = state;
  await waitUntil(trial, {
    seconds: SecondsPath === undefined ? Seconds : readPath(SecondsPath, scope),
    timestamp: TimestampPath === undefined ? Timestamp : readPath(TimestampPath, scope),
  });
  assign(trial, state.Assign, given);
  return { output: outputOf(trial, state, given), next: state.Next };
}
