/**
 * The simplest expressions, evaluated where they are asked for: literals, `$states.input.a`, `$variable.a`, comparisons,
 * sums. Whatever could be anything else (arrays on the way, unlike types, functions) is left to the library.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { ExpressionNode } from './expression.js';

/** What this file does not do; `undefined` is a result. */
export const notDirect = Symbol('left to the library');

type Result = JsonValue | undefined | typeof notDirect;

const depthMax = 50;

/** `bindings`: `states`, and variables by name. */
export function evaluateDirectly(node: ExpressionNode, bindings: JsonObject, depth = 0): Result {
  if (depth > depthMax || node.predicate || node.stages || node.group || node.keepArray) {
    return notDirect;
  }
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
      return node.value as JsonValue;
    case 'variable':
      return variable(node, bindings);
    case 'path':
      return path(node, bindings);
    case 'binary':
      return binary(node, bindings, depth);
    default:
      return notDirect;
  }
}

function variable(node: ExpressionNode, bindings: JsonObject): Result {
  const name = String(node.value);
  return Object.hasOwn(bindings, name) ? bindings[name] : notDirect;
}

/** Members of objects only: an array on the way would mean each of its items. */
function path(node: ExpressionNode, bindings: JsonObject): Result {
  const steps = node.steps as readonly ExpressionNode[];
  if (node.keepSingletonArray || node.tuple || steps[0]?.type !== 'variable') return notDirect;
  let value: Result;
  for (const [index, step] of steps.entries()) {
    if (!isPlain(step)) return notDirect;
    if (index === 0) value = variable(step, bindings);
    else if (step.type !== 'name' || Array.isArray(value)) return notDirect;
    else value = memberOf(value, String(step.value));
    if (value === undefined || value === notDirect) return value;
  }
  return value;
}

function isPlain(step: ExpressionNode): boolean {
  return !(
    step.predicate ||
    step.stages ||
    step.group ||
    step.focus ||
    step.index ||
    step.ancestor ||
    step.keepArray ||
    step.tuple
  );
}

function memberOf(value: Result, name: string): JsonValue | undefined {
  if (typeof value === 'symbol' || !isJsonObject(value)) return undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function binary(node: ExpressionNode, bindings: JsonObject, depth: number): Result {
  const left = evaluateDirectly(node.lhs as ExpressionNode, bindings, depth + 1);
  const right = evaluateDirectly(node.rhs as ExpressionNode, bindings, depth + 1);
  if (typeof left === 'number' && typeof right === 'number') {
    return arithmetic(node.value, left, right) ?? comparison(node.value, left, right);
  }
  if (typeof left === 'string' && typeof right === 'string') {
    return node.value === '&' ? left + right : comparison(node.value, left, right);
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') {
    if (node.value === 'and') return left && right;
    if (node.value === 'or') return left || right;
    if (node.value === '=') return left === right;
    if (node.value === '!=') return left !== right;
  }
  return notDirect;
}

function comparison(operator: unknown, left: string | number, right: string | number): Result {
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return notDirect;
  }
}

/** Undefined where it is no such operator; what is not finite is an error, and the library's to tell. */
function arithmetic(operator: unknown, left: number, right: number): Result {
  const result = computed(operator, left, right);
  return result === undefined || Number.isFinite(result) ? result : notDirect;
}

function computed(operator: unknown, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    default:
      return undefined;
  }
}
