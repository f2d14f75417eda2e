/** A machine and the graphs in its states: each object of the language is gone through, with the rules for it. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { anything, integer, oneOf, someOf, text } from './checks.js';
import { executionTypeOf, processorConfig } from './map-rules.js';
import type { Place } from './place.js';
import { type Shape, shaped } from './shape.js';
import { stateRules } from './state-rules.js';
import type { QueryLanguage } from './types.js';

const graph: Shape = {
  fields: {
    Comment: { check: text },
    StartAt: { check: text },
    States: { check: states },
  },
  required: ['StartAt', 'States'],
};

const machine: Shape = {
  fields: {
    ...graph.fields,
    Version: { check: oneOf('1.0') },
    TimeoutSeconds: { check: integer(0, 99_999_999) },
    QueryLanguage: { check: oneOf('JSONPath', 'JSONata') },
  },
  required: ['StartAt', 'States'],
};

const processor: Shape = {
  ...graph,
  fields: { ...graph.fields, ProcessorConfig: { check: processorConfig } },
};

export function checkMachine(definition: JsonObject, place: Place): void {
  const language = languageOf(definition, 'JSONPath');
  shaped(machine)(definition, place.ruled({ language, machineLanguage: language }));
}

function checkState(state: JsonValue, place: Place): void {
  if (!isJsonObject(state)) {
    place.refuse('Expected value of type Object');
    return;
  }
  const type = state.Type;
  if (type === undefined) {
    place.refuse('These fields are required: [Type]');
    return;
  }
  const rules = typeof type === 'string' ? stateRules.get(type) : undefined;
  if (!rules) {
    const names = [...stateRules.keys()].join(', ');
    place.field('Type').refuse(`The field 'Type' should have one of these values: [${names}]`);
    return;
  }
  const own = inOwnLanguage(state, place);
  shaped(rules.shape)(state, own);
  rules.check?.(state, own);
  checkNested(state, place);
}

/** What stands in the language that the state says, or else in that of the machine. */
function inOwnLanguage(state: JsonObject, place: Place): Place {
  const { machineLanguage } = place.rules;
  const language = languageOf(state, machineLanguage);
  const isMixed = machineLanguage === 'JSONata' && language === 'JSONPath';
  if (isMixed) {
    place.refuse(
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
    );
  }
  return place.ruled({ language, tellsLanguage: !isMixed });
}

/** AWS reads whatever is not exactly JSONPath as JSONata, beside refusing it. */
function languageOf(object: JsonObject, inherited: QueryLanguage): QueryLanguage {
  if (!Object.hasOwn(object, 'QueryLanguage')) return inherited;
  return object.QueryLanguage === 'JSONPath' ? 'JSONPath' : 'JSONata';
}

function states(value: JsonValue, place: Place): void {
  if (!isJsonObject(value)) {
    place.refuse('Expected value of type Object');
    return;
  }
  const names = Object.keys(value);
  if (names.length === 0) place.refuse('Value cannot be empty');
  for (const name of names) checkState(value[name] as JsonValue, place.field(name));
}

function checkNested(state: JsonObject, place: Place): void {
  if (state.Type === 'Parallel' && Object.hasOwn(state, 'Branches')) {
    someOf(shaped(graph))(state.Branches as JsonValue, place.field('Branches'));
  }
  if (state.Type !== 'Map') return;
  for (const name of ['ItemProcessor', 'Iterator']) {
    if (!Object.hasOwn(state, name)) continue;
    const value = state[name] as JsonValue;
    const inner = place.field(name);
    shaped({ ...processor, fields: { ...processor.fields, States: { check: anything } } })(
      value,
      inner,
    );
    const type = executionTypeOf(value) ?? place.rules.type;
    if (isJsonObject(value) && Object.hasOwn(value, 'States')) {
      states(value.States as JsonValue, inner.field('States').ruled({ type }));
    }
  }
}
