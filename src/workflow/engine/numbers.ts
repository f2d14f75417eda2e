/** The numbers of a Map: as they stand, at a path, or by JSONata. */
import { readPath, type Scope } from '../data/index.js';
import { StateError } from '../failure.js';
import type { MapState } from '../language/index.js';
import { evaluateFields, expectType, type Phase } from './evaluation.js';
import type { Machine } from './machine.js';
import { selectInput } from './pipeline.js';
import type { Thread } from './thread.js';

export type MapNumber = 'MaxConcurrency' | 'ToleratedFailureCount' | 'ToleratedFailurePercentage';

/** Null where the state has none. @throws StateError */
export function* wholeNumber(
  machine: Machine,
  thread: Thread,
  state: MapState,
  name: MapNumber,
): Phase<number | null> {
  const value = yield* numberOf(machine, thread, state, name, 'integer');
  return value === null ? null : notNegative(value, name);
}

export function* percentage(
  machine: Machine,
  thread: Thread,
  state: MapState,
  name: MapNumber,
): Phase<number | null> {
  const value = yield* numberOf(machine, thread, state, name, 'float');
  return value === null ? null : ofHundred(value, name);
}

/** @throws StateError */
export function notNegative(value: number, name: string): number {
  if (value >= 0) return value;
  throw new StateError('States.Runtime', `${name} cannot be negative.`);
}

/** @throws StateError */
export function ofHundred(value: number, name: string): number {
  if (value >= 0 && value <= 100) return value;
  throw new StateError('States.Runtime', `${name} must be between 0 and 100.`);
}

function* numberOf(
  machine: Machine,
  thread: Thread,
  state: MapState,
  name: MapNumber,
  type: 'integer' | 'float',
): Phase<number | null> {
  const path = state[`${name}Path`];
  if (path !== undefined) {
    const input = selectInput(machine, thread, state).value;
    return numberAt(machine.scope(thread, input), path, name, type);
  }
  const template = state[name];
  if (template === undefined) return null;
  const field = { name, template };
  const [value = null] = yield* evaluateFields([field], machine.states(thread), thread.variables);
  expectType(value, 'number', name, template);
  return Number(value);
}

/** The number that a path leads to; a text that is one will do. @throws StateError */
export function numberAt(
  scope: Scope,
  path: string,
  name: string,
  type: 'integer' | 'float' = 'integer',
): number {
  const value = readPath(path, scope);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const number = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (type === 'float' ? Number.isFinite(number) : Number.isInteger(number)) return number;
  throw new StateError(
    'States.Runtime',
    `The ${name}Path field refers to value "${text}" which is not a valid ${type}: ${path}`,
  );
}
