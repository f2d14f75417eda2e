/** Retry and Catch. */
import { isJsonObject, type JsonValue } from '../json.js';
import { type Check, integer, oneOf, orNull, range, someOf, text } from './checks.js';
import type { Place } from './place.js';
import { resultPath } from './result-path-check.js';
import { type Shape, shaped } from './shape.js';
import { assignment, template } from './templates.js';

const secondsMax = 99_999_999;

const retrier: Shape = {
  fields: {
    Comment: { check: text },
    ErrorEquals: { check: someOf(text) },
    IntervalSeconds: { check: integer(0, secondsMax) },
    MaxAttempts: { check: integer(0, 99_999_999) },
    BackoffRate: { check: range(1) },
    MaxDelaySeconds: { check: integer(1, 31_622_400) },
    JitterStrategy: { check: oneOf('NONE', 'FULL') },
  },
  required: ['ErrorEquals'],
};

const catcher: Shape = {
  fields: {
    Comment: { check: text },
    ErrorEquals: { check: someOf(text) },
    Next: { check: text },
    ResultPath: { check: orNull(resultPath), only: 'JSONPath' },
    Assign: { check: inCatcher(assignment) },
    Output: { check: inCatcher(template), only: 'JSONata' },
  },
  required: ['ErrorEquals', 'Next'],
};

export const retriers: Check = handlers(shaped(retrier));
export const catchers: Check = handlers(shaped(catcher));

function inCatcher(check: Check): Check {
  return (value, place) => {
    check(value, place.ruled({ isInCatcher: true }));
  };
}

/** May be none. `States.ALL` catches all that is left, and so nothing may stand beside or after it. */
function handlers(check: Check): Check {
  return (value, place) => {
    if (!Array.isArray(value)) {
      place.refuse('Expected value of type Array');
      return;
    }
    value.forEach((handler: JsonValue, index) => {
      check(handler, place.item(index));
      checkCatchAll(handler, index === value.length - 1, place.item(index));
    });
  };
}

function checkCatchAll(handler: JsonValue, isLast: boolean, place: Place): void {
  const names = isJsonObject(handler) ? handler.ErrorEquals : undefined;
  if (!Array.isArray(names) || !names.includes('States.ALL')) return;
  if (names.length > 1 || !isLast) {
    place.field('ErrorEquals').refuse('States.ALL must appear alone and at end of list');
  }
}
