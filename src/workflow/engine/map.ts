/** Map and Parallel: what their children begin with, and what becomes of what they gave. */
import { readPath } from '../data/index.js';
import { StateError } from '../failure.js';
import type { JsonValue } from '../json.js';
import type { MapState, ParallelState } from '../language/index.js';
import { startChildren } from './children.js';
import { EvaluationFailure, evaluateFields, expectType, type Phase } from './evaluation.js';
import { itemInput } from './item-input.js';
import { leave } from './leave.js';
import type { Machine } from './machine.js';
import { startDistributed } from './map-run.js';
import { wholeNumber } from './numbers.js';
import { Payload } from './payload.js';
import { giveInput, selectInput, takeResult } from './pipeline.js';
import type { Thread } from './thread.js';

/** Iterations of an inline Map at once: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
const inlineConcurrencyMax = 40;

export function* parallel(machine: Machine, thread: Thread, state: ParallelState): Phase<void> {
  const given = yield* giveInput(machine, thread, state);
  machine.requireFit(given.fits, thread.kept.state);
  machine.recorder.next(thread, 'ParallelStateStarted');
  const { length } = state.Branches;
  startChildren(machine, thread, given, length, length);
}

export function* map(machine: Machine, thread: Thread, state: MapState): Phase<void> {
  const concurrency = yield* wholeNumber(machine, thread, state, 'MaxConcurrency');
  const items = yield* itemsOf(machine, thread, state);
  const { length } = items.value as readonly JsonValue[];
  machine.recorder.next(thread, 'MapStateStarted', () => ({ length }));
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor?.ProcessorConfig?.Mode === 'DISTRIBUTED') {
    yield* startDistributed(machine, thread, state, items, concurrency ?? 0);
    return;
  }
  const limit = Math.min(concurrency || inlineConcurrencyMax, inlineConcurrencyMax);
  startChildren(machine, thread, items, length, limit);
}

export function* childrenDone(
  machine: Machine,
  thread: Thread,
  state: MapState | ParallelState,
): Phase<void> {
  const { result } = thread.kept;
  leave(machine, thread, yield* takeResult(machine, thread, result, state), state.Next);
}

/** Selects the input of an iteration that begins. */
export function* beginIteration(machine: Machine, map: Thread, child: Thread): Phase<void> {
  const { recorder } = machine;
  const input = yield* itemInput(machine, map, map.kept.given, child.index);
  recorder.next(child, 'MapIterationStarted', () => ({
    name: map.kept.state,
    index: child.index,
  }));
  recorder.set(child, { input, position: { at: 'enter' } });
}

/** Of a Map with a reader there are none yet. */
function* itemsOf(machine: Machine, thread: Thread, state: MapState): Phase<Payload> {
  if (state.ItemReader !== undefined) return Payload.ofValue([]);
  if (machine.isJsonata(thread)) return yield* evaluatedItems(machine, thread, state);
  const selected = selectInput(machine, thread, state);
  const { ItemsPath = '$' } = state;
  const items =
    ItemsPath === '$'
      ? selected
      : selected.become(readPath(ItemsPath, machine.scope(thread, selected.value)));
  if (!Array.isArray(items.value)) {
    const cause = `Reference path "${ItemsPath}" must point to array.`;
    throw new StateError('States.Runtime', cause);
  }
  return items;
}

function* evaluatedItems(machine: Machine, thread: Thread, state: MapState): Phase<Payload> {
  const { input } = thread.kept;
  const { Items } = state;
  if (Items !== undefined) {
    const field = { name: 'Items', template: Items };
    const [value = null] = yield* evaluateFields([field], machine.states(thread), thread.variables);
    expectType(value, 'array', 'Items', Items);
    return Payload.ofValue(value);
  }
  if (Array.isArray(input.value)) return input;
  const cause = `Map state input must be an array but was: ${input.text}`;
  throw new EvaluationFailure('States.QueryEvaluationError', cause, undefined);
}
