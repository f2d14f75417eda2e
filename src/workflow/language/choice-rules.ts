/** The rules of a Choice: one comparison each, or others joined by And, Or and Not. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import {
  type Check,
  membersOf,
  number,
  referencePath,
  someOf,
  text,
  timestamp,
  truth,
} from './checks.js';
import { expressionIn, isExpressionLike } from './jsonata-expression.js';
import type { Place } from './place.js';
import { type Field, type Shape, shaped } from './shape.js';
import { assignment, literalText, template } from './templates.js';

const comparisons = ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'];

const operands: Readonly<Record<string, Check>> = {
  ...compared('String', literalText, comparisons),
  StringMatches: text,
  ...compared('Numeric', () => number, comparisons),
  ...compared('Boolean', () => truth, ['Equals']),
  ...compared('Timestamp', () => timestamp, comparisons),
  IsNull: truth,
  IsPresent: truth,
  IsNumeric: truth,
  IsString: truth,
  IsBoolean: truth,
  IsTimestamp: truth,
};
const operators = Object.keys(operands);
const forms = ['And', 'Or', 'Not', 'Variable', 'Condition'];

const nested: Shape = {
  fields: {
    Comment: { check: text },
    Condition: { check: condition, only: 'JSONata' },
    Variable: { check: referencePath, only: 'JSONPath' },
    And: { check: someOf(nestedRule), only: 'JSONPath' },
    Or: { check: someOf(nestedRule), only: 'JSONPath' },
    Not: { check: nestedRule, only: 'JSONPath' },
    ...Object.fromEntries(
      operators.map((name): [string, Field] => [
        name,
        { check: operands[name] as Check, only: 'JSONPath' },
      ]),
    ),
  },
};

const topLevel: Shape = {
  fields: {
    ...nested.fields,
    Next: { check: text },
    Assign: { check: assignment },
    Output: { check: template, only: 'JSONata' },
  },
  required: ['Next'],
};

export const choices: Check = someOf((value, place) => {
  shaped(topLevel)(value, place);
  checkForm(value, place);
});

function nestedRule(value: JsonValue, place: Place): void {
  shaped(nested)(value, place);
  checkForm(value, place);
}

function checkForm(rule: JsonValue, place: Place): void {
  if (!isJsonObject(rule)) return;
  if (membersOf(rule, forms).length !== 1) {
    place.refuse(`The object must have only one of the following fields, [${forms.join(', ')}]`);
  } else checkOperators(rule, place);
}

function checkOperators(rule: JsonObject, place: Place): void {
  const given = membersOf(rule, operators);
  if (!Object.hasOwn(rule, 'Variable')) {
    for (const name of given) place.refuse(`Field '${name}' is not supported`);
  } else if (given.length === 0) {
    place.refuse(
      `This object should have only one of the following fields: [${operators.join(', ')}]`,
    );
  } else if (given.length > 1) {
    place.refuse(`There should only be one of the following fields: [${operators.join(', ')}]`);
  }
}

/** An expression, or what one would give. */
function condition(value: JsonValue, place: Place): void {
  if (isExpressionLike(value)) expressionIn(value, place);
  else if (typeof value !== 'boolean') {
    place.refuse('JSONata string must start with {% and end with %}');
  }
}

function compared(
  kind: string,
  checkOf: (name: string) => Check,
  by: readonly string[],
): Record<string, Check> {
  return Object.fromEntries(
    by.flatMap((comparison) => [
      [`${kind}${comparison}`, checkOf(`${kind}${comparison}`)],
      [`${kind}${comparison}Path`, referencePath],
    ]),
  );
}
