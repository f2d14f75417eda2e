/** Rules of JSONPath Choice states. A comparison of different types is false, and no error. */
import { StateError } from '../failure.js';
import type { JsonValue } from '../json.js';
import type { ChoiceRule } from '../language/types.js';
import { isPresent, PathError, valueAt } from './path.js';
import { PathSyntaxError } from './path-syntax.js';
import type { Scope } from './scope.js';
import { parseTimestamp } from './timestamp.js';
import { matchesWildcard } from './wildcard.js';

type Comparison = 'Equals' | 'LessThan' | 'GreaterThan' | 'LessThanEquals' | 'GreaterThanEquals';

/** Whether the rule holds. @throws StateError where a path names nothing. */
export function isTrue(rule: ChoiceRule, scope: Scope): boolean {
  if (rule.And !== undefined) return rule.And.every((each) => isTrue(each, scope));
  if (rule.Or !== undefined) return rule.Or.some((each) => isTrue(each, scope));
  if (rule.Not !== undefined) return !isTrue(rule.Not, scope);
  const variable = rule.Variable ?? '$';
  const operator = operatorOf(rule);
  const operand = rule[operator] as JsonValue;
  if (operator === 'IsPresent') return isPresent(variable, scope) === operand;
  const value = read(variable, scope);
  const test = typeTests.get(operator);
  if (test !== undefined) return test(value) === operand;
  const expected = operator.endsWith('Path') ? read(String(operand), scope) : operand;
  const name = operator.endsWith('Path') ? operator.slice(0, -'Path'.length) : operator;
  if (name === 'StringMatches') {
    if (typeof value !== 'string' || typeof expected !== 'string') return false;
    scope.effort.spendSearch(value, expected);
    scope.effort.spendText(expected);
    return matchesWildcard(expected, value);
  }
  if (typeof value === 'string') scope.effort.spendText(value);
  return compares(name, value, expected);
}

const typeTests: ReadonlyMap<string, (value: JsonValue) => boolean> = new Map([
  ['IsNull', (value) => value === null],
  ['IsNumeric', (value) => typeof value === 'number'],
  ['IsString', (value) => typeof value === 'string'],
  ['IsBoolean', (value) => typeof value === 'boolean'],
  ['IsTimestamp', (value) => instantOf(value) !== undefined],
]);

const notOperators: ReadonlySet<string> = new Set([
  'Variable',
  'Next',
  'Comment',
  'Assign',
  'Output',
  'Condition',
]);

function operatorOf(rule: ChoiceRule): string {
  const operator = Object.keys(rule).find((name) => !notOperators.has(name));
  if (operator === undefined)
    throw new StateError('States.Runtime', 'A choice rule has no operator.');
  return operator;
}

function read(path: string, scope: Scope): JsonValue {
  try {
    return valueAt(path, scope);
  } catch (error) {
    if (!(error instanceof PathError || error instanceof PathSyntaxError)) throw error;
    throw new StateError(
      'States.Runtime',
      `Invalid path '${path}': The choice state's condition path references an invalid value.`,
    );
  }
}

function compares(operator: string, value: JsonValue, expected: JsonValue): boolean {
  const type = /^(String|Numeric|Boolean|Timestamp)/.exec(operator)?.[0] ?? '';
  const comparison = operator.slice(type.length) as Comparison;
  if (type === 'Timestamp') return holds(comparison, instantOf(value), instantOf(expected));
  const javascriptType = type === 'Numeric' ? 'number' : type.toLowerCase();
  if (typeof value !== javascriptType || typeof expected !== javascriptType) return false;
  return holds(comparison, value as string | number, expected as string | number);
}

function holds<Value extends string | number>(
  comparison: Comparison,
  left: Value | undefined,
  right: Value | undefined,
): boolean {
  if (left === undefined || right === undefined) return false;
  switch (comparison) {
    case 'Equals':
      return left === right;
    case 'LessThan':
      return left < right;
    case 'GreaterThan':
      return left > right;
    case 'LessThanEquals':
      return left <= right;
    case 'GreaterThanEquals':
      return left >= right;
  }
}

function instantOf(value: JsonValue): number | undefined {
  return typeof value === 'string' ? parseTimestamp(value) : undefined;
}
