/** The state that is tested, out of its own definition or out of that of a machine. */
import { HearthError } from '../../types/index.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { findState, parseDefinition, type QueryLanguage, type State } from '../language/index.js';

export interface Subject {
  readonly name: string;
  readonly state: State;
  readonly language: QueryLanguage;
}

/** What AWS calls a state that comes without a name. */
const namelessState = 'StateName';

/** Throws `invalid-definition`, `validation`. */
export function readSubject(definition: string, stateName: string | undefined): Subject {
  const name = stateName ?? namelessState;
  const text = stateName === undefined ? machineOf(definition) : definition;
  const parsed = parseDefinition(text, 'STANDARD');
  if (parsed.kind === 'invalid') throw new HearthError('invalid-definition', parsed.message);
  const state = findState(parsed.definition, name);
  if (state === undefined) {
    throw new HearthError('validation', `State '${name}' was not found in the state machine`);
  }
  const language = state.QueryLanguage ?? parsed.definition.QueryLanguage ?? 'JSONPath';
  return { name, state, language };
}

/** A machine of this state alone, with an end in each place that it may go to. */
function machineOf(definition: string): string {
  let state: JsonValue;
  try {
    state = JSON.parse(definition) as JsonValue;
  } catch {
    return definition;
  }
  if (!isJsonObject(state)) return definition;
  const ends = targetsOf(state).map((name) => [name, { Type: 'Succeed' }] as const);
  const language = state.QueryLanguage === undefined ? {} : { QueryLanguage: state.QueryLanguage };
  const States = { ...Object.fromEntries(ends), [namelessState]: state };
  return JSON.stringify({ ...language, StartAt: namelessState, States });
}

function targetsOf({ Next, Default, Choices, Catch }: JsonObject): string[] {
  const nested = [Choices, Catch].flatMap((rules) => (Array.isArray(rules) ? rules : []));
  const all = [Next, Default, ...nested.filter(isJsonObject).map((rule) => rule.Next)];
  return all.filter((name) => typeof name === 'string');
}
