/** Payload templates: JSON in which some strings are evaluated, by either language. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { type Check, text } from './checks.js';
import { expressionIn, isExpressionLike } from './jsonata-expression.js';
import { isPathOrIntrinsic } from './paths.js';
import type { Place } from './place.js';

/** JSON by the language of the state. */
export const template: Check = (value, place) => {
  if (place.rules.language === 'JSONata') expressions(value, place);
  else paths(value, place);
};

/** As `template`, but an object, or an expression that gives one. */
export const objectTemplate: Check = (value, place) => {
  const isExpression = place.rules.language === 'JSONata' && isExpressionLike(value);
  if (isJsonObject(value) || isExpression) template(value, place);
  else place.refuse('Expected value of type Object');
};

/** Assign: a template whose names become variables. */
export const assignment: Check = (value, place) => {
  if (!isJsonObject(value)) {
    place.refuse('Expected value of type Object');
    return;
  }
  for (const key of Object.keys(value)) {
    const isPath = place.rules.language === 'JSONPath' && key.endsWith('.$');
    checkVariableName(isPath ? key.slice(0, -2) : key, place);
  }
  template(value, place);
};

/** AWS: 80 characters. */
const variableNameMax = 80;

function checkVariableName(name: string, place: Place): void {
  if (name === 'states') {
    place.refuse("Cannot assign to reserved variable '$states'.", 'RESERVED_VARIABLE_NAME');
  } else if (name.length > variableNameMax) {
    refuseName(
      name,
      `exceeds the ${variableNameMax}-character limit allowed by the service`,
      place,
    );
  } else if (!/^\p{ID_Start}\p{ID_Continue}*$/u.test(name)) {
    refuseName(name, 'contains invalid characters', place);
  }
}

function refuseName(name: string, why: string, place: Place): void {
  const message = `Invalid variable name '${name}': the variable name ${why}.`;
  place.refuse(message, 'INVALID_VARIABLE_NAME');
}

function expressions(value: JsonValue, place: Place): void {
  if (place.isFull) return;
  if (isExpressionLike(value)) expressionIn(value, place);
  else eachPart(value, place, expressions);
}

function paths(value: JsonValue, place: Place): void {
  if (isJsonObject(value)) checkPathMembers(value, place);
  eachPart(value, place, paths);
}

function checkPathMembers(value: JsonObject, place: Place): void {
  for (const [key, member] of Object.entries(value)) {
    if (place.isFull) return;
    if (key.endsWith('.$')) {
      if (typeof member !== 'string' || !isPathOrIntrinsic(member)) {
        place.refuse(
          `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call`,
        );
      }
    } else if (typeof member === 'string' && looksLikePath(member)) {
      place
        .field(key)
        .warn(
          `The value of the field '${key}' looks like a JSONPath or an intrinsic function call, but the name of the field does not end with '.$'`,
          'NO_DOLLAR',
        );
    }
  }
}

/** To a reader: it is plain text where it stands. */
export function looksLikePath(text: string): boolean {
  return /^(?:\$\$?\.|\$\[|\$\p{ID_Start}|States\.\w+\()/u.test(text);
}

/** A text that stands for itself. */
export function literalText(name: string): Check {
  return (value, place) => {
    text(value, place);
    if (typeof value !== 'string' || place.rules.language === 'JSONata') return;
    if (looksLikePath(value)) {
      place.warn(
        `The value of the field '${name}' looks like a path, but the name of the field does not end with 'Path'`,
        'NO_PATH',
      );
    }
  };
}

function eachPart(
  value: JsonValue,
  place: Place,
  visit: (part: JsonValue, place: Place) => void,
): void {
  if (Array.isArray(value)) {
    value.forEach((item: JsonValue, index) => {
      visit(item, place.item(index));
    });
  } else if (isJsonObject(value)) {
    for (const [key, member] of Object.entries(value)) visit(member, place.field(key));
  }
}
