/** Pass, Succeed and Fail: states that neither wait nor decide. */
import { readPath } from '../data/index.js';
import type { StateFailure } from '../failure.js';
import { isJsonObject, type JsonValue } from '../json.js';
import type { FailState, PassState, SucceedState } from '../language/index.js';
import { evaluateFields, expectType, type Phase } from './evaluation.js';
import { leave } from './leave.js';
import type { Machine } from './machine.js';
import { Payload } from './payload.js';
import { giveInput, select, selectInput, takeResult } from './pipeline.js';
import type { Thread } from './thread.js';

export function* pass(machine: Machine, thread: Thread, state: PassState): Phase<void> {
  const result = machine.isJsonata(thread)
    ? thread.kept.input
    : passResult(yield* giveInput(machine, thread, state), state);
  leave(machine, thread, yield* takeResult(machine, thread, result, state), state.Next);
}

function passResult(given: Payload, { Result }: PassState): Payload {
  return Result === undefined ? given : Payload.ofValue(Result);
}

export function* succeed(machine: Machine, thread: Thread, state: SucceedState): Phase<void> {
  if (machine.isJsonata(thread)) {
    const outcome = yield* takeResult(machine, thread, thread.kept.input, state);
    leave(machine, thread, outcome, undefined);
    return;
  }
  const selected = selectInput(machine, thread, state);
  const output = select(machine, thread, selected, state.OutputPath);
  leave(machine, thread, { output, assigned: undefined }, undefined);
}

/** What the thread fails with. */
export function* fail(machine: Machine, thread: Thread, state: FailState): Phase<StateFailure> {
  const [error, cause] = machine.isJsonata(thread)
    ? yield* evaluatedTexts(machine, thread, state)
    : pathTexts(machine, thread, state);
  return {
    error: error ?? '',
    cause: cause ?? '',
    ...(error === undefined ? { hasError: false } : {}),
    ...(cause === undefined ? { hasCause: false } : {}),
  };
}

type Texts = readonly [error: string | undefined, cause: string | undefined];

function* evaluatedTexts(machine: Machine, thread: Thread, state: FailState): Phase<Texts> {
  const fields = (['Error', 'Cause'] as const).flatMap((name) => {
    const template = state[name];
    return template === undefined ? [] : [{ name, template }];
  });
  const values = yield* evaluateFields(fields, machine.states(thread), thread.variables);
  fields.forEach(({ name, template }, index) => {
    expectType(values[index] ?? null, 'string', name, template);
  });
  const textOf = (name: string): string | undefined => {
    const index = fields.findIndex((field) => field.name === name);
    return index < 0 ? undefined : String(values[index]);
  };
  return [textOf('Error'), textOf('Cause')];
}

function pathTexts(machine: Machine, thread: Thread, state: FailState): Texts {
  const scope = machine.scope(thread, thread.kept.input.value);
  const read = (path: string | undefined, name: string, literal: string | undefined) =>
    path === undefined ? literal : asText(readPath(path, scope, name));
  return [
    read(state.ErrorPath, 'ErrorPath', state.Error),
    read(state.CausePath, 'CausePath', state.Cause),
  ];
}

function asText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  return isJsonObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
}
