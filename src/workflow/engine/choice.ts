/** Choice: the first rule that holds decides. */
import { isTrue } from '../data/index.js';
import { StateError } from '../failure.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { ChoiceState } from '../language/index.js';
import { evaluateFields, expectType, type Phase } from './evaluation.js';
import { leave } from './leave.js';
import type { Machine } from './machine.js';
import { assignments, evaluateOutput, select, selectInput } from './pipeline.js';
import type { Thread } from './thread.js';

interface Chosen {
  readonly Next: string;
  readonly Assign?: JsonObject;
  readonly Output?: JsonValue;
}

export function* choice(machine: Machine, thread: Thread, state: ChoiceState): Phase<void> {
  if (machine.isJsonata(thread)) {
    const chosen = yield* evaluateRules(machine, thread, state);
    const { input } = thread.kept;
    leave(machine, thread, yield* evaluateOutput(machine, thread, chosen, {}, input), chosen.Next);
    return;
  }
  const selected = selectInput(machine, thread, state);
  const scope = machine.scope(thread, selected.value);
  const chosen = chosenOf(
    state,
    state.Choices.findIndex((rule) => isTrue(rule, scope)),
  );
  const assigned = assignments(machine, thread, chosen.Assign, selected);
  const output = select(machine, thread, selected, state.OutputPath);
  leave(machine, thread, { output, assigned }, chosen.Next);
}

function* evaluateRules(machine: Machine, thread: Thread, state: ChoiceState): Phase<Chosen> {
  for (const [index, { Condition = null }] of state.Choices.entries()) {
    const name = `Choices[${index}]/Condition`;
    const field = { name, template: Condition };
    // one after the other: those behind the first that holds may not even have a value
    const [value = null] = yield* evaluateFields([field], machine.states(thread), thread.variables);
    expectType(value, 'boolean', name, Condition);
    if (value === true) return chosenOf(state, index);
  }
  return chosenOf(state, -1);
}

/** @throws StateError where nothing holds, and there is no Default. */
function chosenOf(state: ChoiceState, index: number): Chosen {
  const rule = state.Choices[index];
  const { Next, Assign, Output } = rule ?? { ...state, Next: state.Default };
  if (Next === undefined) {
    // States.NoChoiceMatched is only a reserved name today
    throw new StateError(
      'States.Runtime',
      'Failed to transition out of the state. The state does not point to a next state.',
    );
  }
  return {
    Next,
    ...(Assign === undefined ? {} : { Assign }),
    ...(Output === undefined ? {} : { Output }),
  };
}
