/** Filters of paths, `[?(@.price < 10 && @.name)]`: parsed once, then asked of each item. */
import { isJsonObject, type JsonValue } from '../json.js';
import type { Effort } from './effort.js';
import { type Path, readPathAt } from './path-syntax.js';
import { matchesPattern, type Pattern, patternAt } from './pattern.js';
import { isSame } from './same.js';
import type { TextCursor } from './text-cursor.js';

/** Null and absent are different things to filters. */
export type Found = JsonValue | undefined;
type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'literal'; readonly value: JsonValue };

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly all: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'exists'; readonly operand: Operand }
  | { readonly kind: 'matches'; readonly operand: Operand; readonly pattern: Pattern }
  | {
      readonly kind: 'compare';
      readonly operator: Operator;
      readonly left: Operand;
      readonly right: Operand;
    };

type Operator = (typeof operators)[number];

/** Longer ones first. */
const operators = [
  '==',
  '!=',
  '<=',
  '>=',
  '<',
  '>',
  'in',
  'nin',
  'subsetof',
  'anyof',
  'noneof',
  'contains',
  'size',
  'empty',
] as const;

const depthMax = 20;

/** After `?`: `(...)`. */
export function parseFilter(cursor: TextCursor, depth: number): Filter {
  if (depth > depthMax) throw cursor.problem('filters are nested too deep');
  cursor.expect('(');
  const filter = anyOf(cursor, depth);
  cursor.expect(')');
  return filter;
}

function anyOf(cursor: TextCursor, depth: number): Filter {
  const all = [allOf(cursor, depth)];
  while (cursor.take('||')) all.push(allOf(cursor, depth));
  return all.length === 1 && all[0] !== undefined ? all[0] : { kind: 'or', all };
}

function allOf(cursor: TextCursor, depth: number): Filter {
  const all = [term(cursor, depth)];
  while (cursor.take('&&')) all.push(term(cursor, depth));
  return all.length === 1 && all[0] !== undefined ? all[0] : { kind: 'and', all };
}

function term(cursor: TextCursor, depth: number): Filter {
  cursor.skipSpaces();
  const filter = termAt(cursor, depth);
  cursor.skipSpaces();
  return filter;
}

function termAt(cursor: TextCursor, depth: number): Filter {
  if (depth > depthMax) throw cursor.problem('filters are nested too deep');
  if (cursor.take('!')) return { kind: 'not', filter: term(cursor, depth + 1) };
  if (cursor.peek() === '(') return parseFilter(cursor, depth + 1);
  const left = operandAt(cursor, depth);
  cursor.skipSpaces();
  if (cursor.take('=~')) {
    cursor.skipSpaces();
    return { kind: 'matches', operand: left, pattern: patternAt(cursor) };
  }
  const operator = operators.find((name) => isHere(cursor, name));
  if (operator === undefined) return { kind: 'exists', operand: left };
  cursor.expect(operator);
  cursor.skipSpaces();
  return { kind: 'compare', operator, left, right: operandAt(cursor, depth) };
}

function isHere(cursor: TextCursor, operator: string): boolean {
  if (!cursor.text.startsWith(operator, cursor.at)) return false;
  return !/^\w/.test(operator) || !/\w/.test(cursor.text.charAt(cursor.at + operator.length));
}

function operandAt(cursor: TextCursor, depth: number): Operand {
  const first = cursor.peek();
  if (first === '@' || first === '$') return { kind: 'path', path: readPathAt(cursor, depth) };
  return { kind: 'literal', value: literalAt(cursor) };
}

function literalAt(cursor: TextCursor): JsonValue {
  const first = cursor.peek();
  if (first === "'" || first === '"') return cursor.quoted();
  if (cursor.take('true')) return true;
  if (cursor.take('false')) return false;
  if (cursor.take('null')) return null;
  if (!cursor.take('[')) return cursor.number();
  const items: JsonValue[] = [];
  cursor.skipSpaces();
  while (!cursor.take(']')) {
    if (items.length > 0) cursor.expect(',');
    cursor.skipSpaces();
    if (cursor.peek() === '[') throw cursor.problem('expected a value');
    items.push(literalAt(cursor));
    cursor.skipSpaces();
  }
  return items;
}

/** What a filter is asked with. */
export interface FilterReader {
  /** What a path has at the item in question, undefined where there is nothing. */
  read(path: Path): Found;
  /** What all comparisons together may take. */
  readonly effort: Effort;
}

export function accepts(filter: Filter, reader: FilterReader): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.all.every((each) => accepts(each, reader));
    case 'or':
      return filter.all.some((each) => accepts(each, reader));
    case 'not':
      return !accepts(filter.filter, reader);
    case 'exists':
      return operandValue(filter.operand, reader) !== undefined;
    case 'matches': {
      const text = matchedText(operandValue(filter.operand, reader));
      if (text === undefined) return false;
      // the characters are taken apart before the first step
      reader.effort.spend(text.length / charactersPerValue);
      return matchesPattern(filter.pattern, text, () => reader.effort.spend(valuesPerStep));
    }
    case 'compare': {
      const left = operandValue(filter.left, reader);
      return holds(filter.operator, left, operandValue(filter.right, reader), reader.effort);
    }
  }
}

/** A number is matched as it is written. */
function matchedText(value: Found): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function operandValue(operand: Operand, reader: FilterReader): Found {
  return operand.kind === 'literal' ? operand.value : reader.read(operand.path);
}

function holds(operator: Operator, left: Found, right: Found, effort: Effort): boolean {
  payForTexts(operator, left, right, effort);
  switch (operator) {
    case '==':
      return isEqual(left, right, effort);
    case '!=':
      return !isEqual(left, right, effort);
    case '<':
      return isOrdered(left, right, (a, b) => a < b);
    case '<=':
      return isOrdered(left, right, (a, b) => a <= b);
    case '>':
      return isOrdered(left, right, (a, b) => a > b);
    case '>=':
      return isOrdered(left, right, (a, b) => a >= b);
    case 'in':
      return isIn(left, right, effort);
    case 'nin':
      return !isIn(left, right, effort);
    case 'subsetof':
      return listOf(left)?.every((item) => isIn(item, right, effort)) ?? false;
    case 'anyof':
      return listOf(left)?.some((item) => isIn(item, right, effort)) ?? false;
    case 'noneof':
      return !(listOf(left)?.some((item) => isIn(item, right, effort)) ?? false);
    case 'contains':
      if (typeof left === 'string') return typeof right === 'string' && left.includes(right);
      return isIn(right, left, effort);
    case 'size':
      return sizeOf(left) === right;
    case 'empty':
      return left !== undefined && (sizeOf(left) === 0) === right;
  }
}

/** What patterns take: see `Effort`. */
const charactersPerValue = 5;
const valuesPerStep = 2;

/** Long texts take as long as many values. */
function payForTexts(operator: Operator, left: Found, right: Found, effort: Effort): void {
  if (typeof left !== 'string' || typeof right !== 'string') return;
  if (operator === 'contains') effort.spendSearch(left, right);
  else effort.spendText(left);
}

function isEqual(left: Found, right: Found, effort: Effort): boolean {
  if (left === undefined || right === undefined) return left === right;
  return isSame(left, right, effort);
}

function isOrdered(
  left: Found,
  right: Found,
  holdsFor: (left: number | string, right: number | string) => boolean,
): boolean {
  if (typeof left === 'number' && typeof right === 'number') return holdsFor(left, right);
  return typeof left === 'string' && typeof right === 'string' && holdsFor(left, right);
}

function listOf(value: Found): readonly JsonValue[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function isIn(item: Found, list: Found, effort: Effort): boolean {
  return item !== undefined && (listOf(list)?.some((each) => isSame(each, item, effort)) ?? false);
}

function sizeOf(value: Found): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : undefined;
}
