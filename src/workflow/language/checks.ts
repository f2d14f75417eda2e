/** What a field may hold, one check for each kind of value. */
import type { JsonObject, JsonValue } from '../json.js';
import { expressionIn, isExpressionLike } from './jsonata-expression.js';
import { pathProblem, referencePathProblem } from './paths.js';
import type { Place } from './place.js';

/** Tells the place of what is wrong with the value. */
export type Check = (value: JsonValue, place: Place) => void;

/** Anything at all. */
export const anything: Check = () => undefined;

export const text: Check = (value, place) => {
  if (typeof value !== 'string') place.refuse('Expected value of type String');
};

export const truth: Check = (value, place) => {
  if (typeof value !== 'boolean') place.refuse('Expected value of type Boolean');
};

export const number: Check = (value, place) => {
  if (typeof value !== 'number') place.refuse('Expected value of type Number');
};

export function range(minimum: number, maximum = Number.POSITIVE_INFINITY): Check {
  return (value, place) => {
    if (typeof value !== 'number') place.refuse('Expected value of type Number');
    else checkRange(value, minimum, maximum, place);
  };
}

export function integer(minimum: number, maximum = Number.POSITIVE_INFINITY): Check {
  return (value, place) => {
    if (!Number.isInteger(value)) place.refuse('Expected value of type Integer');
    else checkRange(value as number, minimum, maximum, place);
  };
}

/** With JSONata an expression, too. */
export function orExpression(check: Check): Check {
  return (value, place) => {
    const isExpression = place.rules.language === 'JSONata' && isExpressionLike(value);
    if (isExpression) expressionIn(value, place);
    else check(value, place);
  };
}

export function oneOf(...values: readonly string[]): Check {
  return (value, place) => {
    if (typeof value !== 'string') place.refuse('Expected value of type [STRING]');
    else if (!values.includes(value)) {
      place.refuse(`Value should be one of the following: [${values.join(', ')}]`);
    }
  };
}

/** RFC 3339 in the profile of the States Language: with seconds, a capital T, and a capital Z or an offset. */
export const timestamp: Check = (value, place) => {
  if (typeof value !== 'string') place.refuse('Expected value of type String');
  else if (!isTimestamp(value)) place.refuse('String does not match RFC3339 timestamp');
};

/** A path of the input, the context object or a variable. */
export const path: Check = (value, place) => {
  if (typeof value !== 'string') place.refuse('Expected value of type String');
  else if (pathProblem(value) !== null) place.refuse('Value must be a valid JSONPath.');
};

/** A path that names one node. */
export const referencePath: Check = (value, place) => {
  if (typeof value !== 'string') {
    place.refuse('Expected value of type String');
    return;
  }
  const problem = referencePathProblem(value);
  if (problem !== null) place.refuse(`Value is not a Reference Path: ${problem}`);
};

/** Null discards. */
export function orNull(check: Check): Check {
  return (value, place) => {
    if (value !== null) check(value, place);
  };
}

/** Each item of an array that has at least one. */
export function someOf(check: Check): Check {
  return (value, place) => {
    if (!Array.isArray(value)) {
      place.refuse('Expected value of type Array');
      return;
    }
    if (value.length === 0) place.refuse('Value cannot be empty');
    value.forEach((item: JsonValue, index) => {
      check(item, place.item(index));
    });
  };
}

/** The members that are there. */
export function membersOf(object: JsonObject, names: readonly string[]): readonly string[] {
  return names.filter((name) => Object.hasOwn(object, name));
}

function checkRange(value: number, minimum: number, maximum: number, place: Place): void {
  if (value < minimum) place.refuse(`Minimum value is ${minimum}`);
  else if (value > maximum) place.refuse(`Maximum value is ${maximum}`);
}

function isTimestamp(value: string): boolean {
  const parts =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](\d\d):(\d\d))$/.exec(value);
  if (!parts) return false;
  const [, year, month, day, hour, minute, second, offsetHour, offsetMinute] = parts.map(Number);
  const lastDay = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate();
  return (
    within(month, 1, 12) &&
    within(day, 1, lastDay) &&
    within(hour, 0, 23) &&
    within(minute, 0, 59) &&
    within(second, 0, 60) &&
    within(offsetHour || 0, 0, 23) &&
    within(offsetMinute || 0, 0, 59)
  );
}

function within(value: number | undefined, minimum: number, maximum: number): boolean {
  return value !== undefined && value >= minimum && value <= maximum;
}
