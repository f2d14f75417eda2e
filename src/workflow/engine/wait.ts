/** Wait: until a time that its fields give, counted from when it was entered; so a restart changes nothing. */
import { parseTimestamp, readPath } from '../data/index.js';
import { StateError } from '../failure.js';
import type { JsonValue } from '../json.js';
import type { WaitState } from '../language/index.js';
import { EvaluationFailure, evaluateFields, expectType, type Phase } from './evaluation.js';
import { leave } from './leave.js';
import type { Machine } from './machine.js';
import { assignments, evaluateOutput, select, selectInput } from './pipeline.js';
import type { Thread } from './thread.js';

/** As an int of 32 bits holds them. */
const delaySecondsMax = 2_147_483_647;

/** Sets the position, and the timer where there is something to wait for. */
export function* wait(machine: Machine, thread: Thread, state: WaitState): Phase<void> {
  const enteredMs = sinceMs(machine, thread);
  const dueMs = machine.isJsonata(thread)
    ? yield* evaluatedDue(machine, thread, state)
    : pathDue(machine, thread, state);
  if (dueMs - enteredMs > delaySecondsMax * 1000) {
    throw new StateError('States.Runtime', 'Wait state delay is too long.');
  }
  if (dueMs <= machine.nowMs) {
    machine.recorder.set(thread, { position: { at: 'result' } });
    return;
  }
  machine.recorder.set(thread, { position: { at: 'wait', dueMs } });
  machine.setTimer(`wait${thread.path}`, dueMs);
}

export function* waited(machine: Machine, thread: Thread, state: WaitState): Phase<void> {
  const { input } = thread.kept;
  if (machine.isJsonata(thread)) {
    leave(machine, thread, yield* evaluateOutput(machine, thread, state, {}, input), state.Next);
    return;
  }
  const selected = selectInput(machine, thread, state);
  const assigned = assignments(machine, thread, state.Assign, selected);
  const output = select(machine, thread, selected, state.OutputPath);
  leave(machine, thread, { output, assigned }, state.Next);
}

/** A redrive waits anew. */
function sinceMs({ redrivenAtMs }: Machine, { kept }: Thread): number {
  return Math.max(kept.enteredMs, redrivenAtMs);
}

function* evaluatedDue(machine: Machine, thread: Thread, state: WaitState): Phase<number> {
  const name = state.Seconds === undefined ? 'Timestamp' : 'Seconds';
  const template: JsonValue = state.Seconds ?? state.Timestamp ?? null;
  const field = { name, template };
  const [value = null] = yield* evaluateFields([field], machine.states(thread), thread.variables);
  if (name === 'Seconds') {
    expectType(value, 'number', name, template);
    const seconds = Number(value);
    if (!Number.isInteger(seconds) || seconds < 0) {
      throw late(`The Seconds field must be a non-negative integer, but was: ${seconds}`, name);
    }
    return sinceMs(machine, thread) + seconds * 1000;
  }
  expectType(value, 'string', name, template);
  const atMs = parseTimestamp(String(value));
  if (atMs !== undefined) return atMs;
  const text = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${value}`;
  throw late(text, name);
}

function late(cause: string, field: string): EvaluationFailure {
  return new EvaluationFailure('States.QueryEvaluationError', cause, field, true);
}

function pathDue(machine: Machine, thread: Thread, state: WaitState): number {
  const enteredMs = sinceMs(machine, thread);
  if (state.Seconds !== undefined) return enteredMs + Number(state.Seconds) * 1000;
  if (state.Timestamp !== undefined) return parseTimestamp(state.Timestamp) ?? enteredMs;
  const path = state.SecondsPath ?? state.TimestampPath ?? '$';
  const input = selectInput(machine, thread, state).value;
  const value = readPath(path, machine.scope(thread, input));
  const shown = `${path} == ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  if (state.SecondsPath !== undefined) return enteredMs + pathSeconds(value, shown) * 1000;
  const atMs = typeof value === 'string' ? parseTimestamp(value) : undefined;
  if (atMs !== undefined) return atMs;
  throw new StateError(
    'States.Runtime',
    `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${shown}`,
  );
}

function pathSeconds(value: JsonValue, shown: string): number {
  // a text that is one will do, as for the numbers of a Map
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (!/^[+-]?\d{1,15}$/.test(text)) {
    const cause = `The SecondsPath parameter cannot be parsed as a long value: ${shown}`;
    throw new StateError('States.Runtime', cause);
  }
  if (Number(text) < 0) {
    const cause = `The SecondsPath parameter references a negative value: ${shown}`;
    throw new StateError('States.Runtime', cause);
  }
  return Number(text);
}
