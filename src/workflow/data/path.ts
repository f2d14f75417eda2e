/** Reads what a path means in a state: the one value of a definite path, an array of all that an indefinite one finds. */
import { StateError } from '../failure.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { BoundedCache } from './bounded-cache.js';
import { accepts, type Found } from './path-filter.js';
import { applyPathFunction } from './path-functions.js';
import { type Path, type PathStep, PathSyntaxError, parsePath } from './path-syntax.js';
import type { Scope } from './scope.js';

/** The place has nothing; the message is what AWS (and Jayway's library below it) says of it. */
export class PathError extends Error {
  override readonly name = 'PathError';
}

/** Below the depth at which recursion overflows the stack. */
const depthMax = 1500;

const paths = new BoundedCache<Path>(2000);

/** The parsed path of a text. @throws PathSyntaxError */
export function pathOf(text: string): Path {
  return paths.get(text, parsePath);
}

/** Null where the text is a path. */
export function pathProblem(text: string): string | null {
  try {
    return pathOf(text).root.kind === 'item' ? "a path begins with '$'" : null;
  } catch (error) {
    if (error instanceof PathSyntaxError) return error.message;
    throw error;
  }
}

/** What a path text gives, undefined where a variable is not there. @throws PathError, PathSyntaxError */
export function valueAt(text: string, scope: Scope): JsonValue {
  const path = pathOf(text);
  return new Reading(scope).value(path, rootValue(path, scope));
}

/** Whether there is something at all, null included. */
export function isPresent(text: string, scope: Scope): boolean {
  const path = pathOf(text);
  const found = new Reading(scope).found(path, rootValue(path, scope));
  return found !== undefined && (path.isDefinite || !isEmptyArray(found));
}

function isEmptyArray(value: JsonValue): boolean {
  return Array.isArray(value) && value.length === 0;
}

function rootValue(path: Path, scope: Scope): JsonValue {
  if (path.root.kind === 'input') return scope.input;
  if (path.root.kind === 'context') return scope.context;
  if (path.root.kind === 'variable' && Object.hasOwn(scope.variables, path.root.name)) {
    return scope.variables[path.root.name] as JsonValue;
  }
  throw new PathError(`No results for path: ${path.text}`);
}

class Reading {
  constructor(private readonly scope: Scope) {}

  value(path: Path, root: JsonValue): JsonValue {
    this.#visit();
    const only = lookUp(path.steps, root);
    if (only !== undefined) return only;
    const found: JsonValue[] = [];
    const { steps, tail } = withoutFunction(path);
    const isDefinite = path.isDefinite && steps.every(isSingle);
    try {
      this.#walk(steps, 0, root, found, isDefinite, 0);
    } catch (error) {
      if (!(error instanceof PathError) || isDefinite) throw error;
    }
    if (isDefinite && found.length === 0) {
      throw new PathError(`No results for path: ${canonical(path.steps)}`);
    }
    const value = isDefinite ? (found[0] as JsonValue) : found;
    const applied = this.#applied(tail, value);
    if (applied === undefined) throw new PathError(`No results for path: ${canonical(path.steps)}`);
    return applied;
  }

  /** Undefined where there is nothing; what is wrong with the place is not told. */
  found(path: Path, root: JsonValue): Found {
    const { steps, tail } = withoutFunction(path);
    if (steps.every(isSingle)) {
      this.#visit();
      const only = lookUp(steps, root);
      return only === undefined ? undefined : this.#applied(tail, only);
    }
    try {
      return this.value(path, root);
    } catch (error) {
      if (error instanceof PathError) return undefined;
      throw error;
    }
  }

  #applied(tail: FunctionStep | null, value: JsonValue): Found {
    if (tail === null) return value;
    if (Array.isArray(value)) this.scope.effort.spend(value.length);
    return applyPathFunction(tail.name, value, tail.argument);
  }

  /** `isDefinite`: nothing so far could mean more than one place, so that what is missing is an error. */
  #walk(
    steps: readonly PathStep[],
    index: number,
    value: JsonValue,
    found: JsonValue[],
    isDefinite: boolean,
    depth: number,
  ): void {
    this.#visit(depth);
    const step = steps[index];
    if (step === undefined) {
      found.push(value);
      return;
    }
    const next = (child: JsonValue, isStillDefinite = false): void =>
      this.#walk(steps, index + 1, child, found, isStillDefinite, depth + 1);
    switch (step.kind) {
      case 'names':
        this.#names(steps, index, step.names, value, isDefinite, next);
        return;
      case 'indices': {
        const items = this.#items(steps, index, value, isDefinite);
        for (const position of step.indices) {
          const item = items?.at(position);
          if (item !== undefined) next(item, isDefinite && step.indices.length === 1);
        }
        return;
      }
      case 'slice': {
        const items = this.#items(steps, index, value, isDefinite);
        for (const item of items?.slice(step.from ?? 0, step.to ?? undefined) ?? []) next(item);
        return;
      }
      case 'all':
        for (const child of childrenOf(value)) next(child);
        return;
      case 'filter':
        for (const item of Array.isArray(value) ? value : isJsonObject(value) ? [value] : []) {
          if (this.#isAccepted(step, item)) next(item);
        }
        return;
      case 'deep':
        this.#deep(steps, index, value, found, depth);
        return;
      case 'function':
        throw new PathError(`Function ${step.name} must be the last part of a path`);
    }
  }

  #names(
    steps: readonly PathStep[],
    index: number,
    names: readonly string[],
    value: JsonValue,
    isDefinite: boolean,
    next: (child: JsonValue, isStillDefinite?: boolean) => void,
  ): void {
    if (!isJsonObject(value)) {
      if (!isDefinite) return;
      throw new PathError(
        `Expected to find an object with property ${canonicalStep(steps[index])} in path ${canonical(steps.slice(0, index))} but found '${javaClass(value)}'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.`,
      );
    }
    const isLast = index === steps.length - 1;
    if (names.length > 1 && isLast) {
      const present = names.filter((name) => Object.hasOwn(value, name));
      next(Object.fromEntries(present.map((name) => [name, value[name] as JsonValue])), isDefinite);
      return;
    }
    for (const name of names) {
      if (Object.hasOwn(value, name)) {
        next(value[name] as JsonValue, isDefinite && names.length === 1);
      } else if (isDefinite && !isLast && names.length === 1) {
        throw new PathError(`Missing property in path ${canonical(steps.slice(0, index + 1))}`);
      }
    }
  }

  #items(
    steps: readonly PathStep[],
    index: number,
    value: JsonValue,
    isDefinite: boolean,
  ): readonly JsonValue[] | undefined {
    if (Array.isArray(value)) return value;
    if (!isDefinite) return undefined;
    throw new PathError(
      value === null
        ? `The path ${canonical(steps.slice(0, index))} is null`
        : `Filter: ${canonicalStep(steps[index])} can only be applied to arrays. Current context is: ${javaText(value)}`,
    );
  }

  #isAccepted(step: PathStep & { kind: 'filter' }, item: JsonValue): boolean {
    this.#visit();
    return accepts(step.filter, {
      read: (path) => {
        const root = path.root.kind === 'item' ? item : this.#rootOrNothing(path);
        return root === undefined ? undefined : this.found(path, root);
      },
      effort: this.scope.effort,
    });
  }

  #rootOrNothing(path: Path): Found {
    try {
      return rootValue(path, this.scope);
    } catch (error) {
      if (error instanceof PathError) return undefined;
      throw error;
    }
  }

  /** The value itself first, then what is in it, as they stand. */
  #deep(
    steps: readonly PathStep[],
    index: number,
    value: JsonValue,
    found: JsonValue[],
    depth: number,
  ): void {
    this.#walk(steps, index + 1, value, found, false, depth + 1);
    for (const child of childrenOf(value)) {
      if (typeof child === 'object' && child !== null) {
        this.#visit(depth + 1);
        this.#deep(steps, index, child, found, depth + 1);
      }
    }
  }

  #visit(depth = 0): void {
    this.scope.effort.spend(1);
    if (depth > depthMax) throw new StateError('States.Runtime', 'The value is nested too deep.');
  }
}

type FunctionStep = PathStep & { readonly kind: 'function' };

function withoutFunction({ steps }: Path): {
  readonly steps: readonly PathStep[];
  readonly tail: FunctionStep | null;
} {
  const tail = steps.at(-1);
  return tail?.kind === 'function' ? { steps: steps.slice(0, -1), tail } : { steps, tail: null };
}

function isSingle(step: PathStep): boolean {
  if (step.kind === 'indices') return step.indices.length === 1;
  return step.kind === 'names';
}

/** The common case without anything made for it: names and indices that are there. */
function lookUp(steps: readonly PathStep[], root: JsonValue): Found {
  let value: Found = root;
  for (const step of steps) {
    if (step.kind === 'names' && step.names.length === 1 && isJsonObject(value)) {
      const name = step.names[0] as string;
      if (!Object.hasOwn(value, name)) return undefined;
      value = value[name];
    } else if (step.kind === 'indices' && step.indices.length === 1 && Array.isArray(value)) {
      value = value.at(step.indices[0] as number);
    } else return undefined;
  }
  return value;
}

function childrenOf(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

/** As messages have a path: `$['a'][0]`. */
function canonical(steps: readonly PathStep[]): string {
  return `$${steps.map(canonicalStep).join('')}`;
}

function canonicalStep(step: PathStep | undefined): string {
  switch (step?.kind) {
    case 'names':
      return `[${step.names.map((name) => `'${name}'`).join(',')}]`;
    case 'indices':
      return `[${step.indices.join(',')}]`;
    case 'slice':
      return `[${step.from ?? ''}:${step.to ?? ''}]`;
    case 'all':
      return '[*]';
    case 'filter':
      return '[?]';
    case 'deep':
      return '..';
    case 'function':
      return `.${step.name}(${step.argument === null ? '' : String(step.argument)})`;
    default:
      return '';
  }
}

function javaClass(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'java.util.ArrayList';
  if (typeof value === 'boolean') return 'java.lang.Boolean';
  if (typeof value === 'string') return 'java.lang.String';
  return Number.isInteger(value) ? 'java.lang.Integer' : 'java.lang.Double';
}

/** A value as Java's own text of it has it: States.Format and some messages show objects so, `{a=1, b=[x]}`. */
export function javaText(value: JsonValue, depth = 0): string {
  if (depth > depthMax) throw new StateError('States.Runtime', 'The value is nested too deep.');
  if (Array.isArray(value)) {
    return `[${value.map((item: JsonValue) => javaText(item, depth + 1)).join(', ')}]`;
  }
  if (typeof value === 'number') return javaNumber(value);
  if (!isJsonObject(value)) return String(value);
  const members = Object.entries(value as JsonObject);
  return `{${members.map(([name, member]) => `${name}=${javaText(member, depth + 1)}`).join(', ')}}`;
}

/** Whole numbers as they are; others as a Double writes itself: with an exponent below 1e-3 and from 1e7 on. */
function javaNumber(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) ? size < 2 ** 63 : size >= 1e-3 && size < 1e7) return String(value);
  const [digits = '', exponent] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}
