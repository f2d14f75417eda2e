/** Which fields an object of a definition has, which of them it must have, and which exclude each other. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { type Check, membersOf } from './checks.js';
import type { Place } from './place.js';
import type { QueryLanguage } from './types.js';

export interface Field {
  readonly check: Check;
  /** Only where this is the language of the state. */
  readonly only?: QueryLanguage;
}

export interface Shape {
  readonly fields: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
  /** Exactly one of each. */
  readonly one?: readonly (readonly string[])[];
  /** At most one of each. */
  readonly atMostOne?: readonly (readonly string[])[];
}

/** First what the object as a whole lacks or has too much, then the values, in the order in which they are written. */
export function shaped(shape: Shape): Check {
  return (value, place) => {
    if (place.isFull) return;
    if (!isJsonObject(value)) {
      place.refuse('Expected value of type Object');
      return;
    }
    const names = Object.keys(value);
    for (const name of names) checkSupport(name, shape, place);
    const missing = (shape.required ?? []).filter((name) => !Object.hasOwn(value, name));
    if (missing.length > 0) place.refuse(`These fields are required: [${missing.join(', ')}]`);
    for (const group of shape.one ?? []) {
      if (givenOf(value, group).length === 0) {
        const list = group.join(', ');
        place.refuse(`This object should have only one of the following fields: [${list}]`);
      }
    }
    for (const group of [...(shape.one ?? []), ...(shape.atMostOne ?? [])]) {
      if (givenOf(value, group).length > 1) {
        place.refuse(`There should only be one of the following fields: [${group.join(', ')}]`);
      }
    }
    for (const name of names) {
      const field = fieldOf(shape, name);
      if (field && isOfLanguage(field, place)) {
        field.check(value[name] as JsonValue, place.field(name));
      }
    }
  };
}

/** An End that is false is none. */
function givenOf(value: JsonObject, group: readonly string[]): readonly string[] {
  return membersOf(value, group).filter((name) => name !== 'End' || value[name] !== false);
}

function checkSupport(name: string, shape: Shape, place: Place): void {
  const field = fieldOf(shape, name);
  if (!field) place.refuse(`Field '${name}' is not supported`);
  else if (!isOfLanguage(field, place)) {
    place.refuse(
      `The QueryLanguage is set to '${place.rules.language}', but field '${name}' is only supported for the '${field.only}' QueryLanguage`,
    );
  }
}

function fieldOf(shape: Shape, name: string): Field | undefined {
  return Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
}

function isOfLanguage(field: Field, place: Place): boolean {
  const { language, tellsLanguage } = place.rules;
  return field.only === undefined || field.only === language || !tellsLanguage;
}
