/** The text of a path, in the dialect of the Jayway library that the States Language names, and the steps that it stands for. */
import type { JsonValue } from '../json.js';
import { type Filter, parseFilter } from './path-filter.js';
import { TextCursor } from './text-cursor.js';

export type PathStep =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'indices'; readonly indices: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | null; readonly to: number | null }
  | { readonly kind: 'all' }
  /** The next step applies here and to everything below. */
  | { readonly kind: 'deep' }
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'function'; readonly name: string; readonly argument: JsonValue };

export interface Path {
  readonly text: string;
  readonly root: { readonly kind: 'input' | 'context' | 'item' } | VariableRoot;
  readonly steps: readonly PathStep[];
  /** Can only mean one place: what is not there is an error, and not an empty array. */
  readonly isDefinite: boolean;
}

interface VariableRoot {
  readonly kind: 'variable';
  readonly name: string;
}

/** Of a text that is no path. */
export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError';
}

/** https://github.com/json-path/JsonPath#functions, as far as they need one argument at most. */
const functions: readonly string[] = [
  'length',
  'min',
  'max',
  'avg',
  'sum',
  'stddev',
  'keys',
  'first',
  'last',
  'index',
];

const stepsMax = 200;

export function parsePath(text: string): Path {
  const cursor = new TextCursor(text, (reason) => new PathSyntaxError(reason));
  const path = readPathAt(cursor, 0, endsNameAlone);
  cursor.skipSpaces();
  if (!cursor.isAtEnd) throw cursor.problem('unexpected text');
  return path;
}

/**
 * Reads one from where the cursor is, up to what cannot belong to it. `depth`: of filters in filters. `ends`: what no
 * name after a dot contains; others go into brackets.
 */
export function readPathAt(cursor: TextCursor, depth: number, ends = endsNameAmongOthers): Path {
  const begin = cursor.at;
  const root = rootOf(cursor);
  const steps: PathStep[] = [];
  for (;;) {
    const more = stepsAt(cursor, depth, ends);
    if (more.length === 0) break;
    if (steps.length === stepsMax) throw cursor.problem('too many steps');
    steps.push(...more);
  }
  if (steps.at(-1)?.kind === 'deep') throw cursor.problem('a path cannot end with ..');
  const text = cursor.text.slice(begin, cursor.at);
  return { text, root, steps, isDefinite: steps.every(isDefiniteStep) };
}

function isDefiniteStep(step: PathStep, index: number, steps: readonly PathStep[]): boolean {
  if (step.kind === 'function') return true;
  if (step.kind === 'indices') return step.indices.length === 1;
  if (step.kind !== 'names') return steps.at(-1)?.kind === 'function' && index < steps.length - 1;
  return step.names.length === 1 || index === steps.length - 1;
}

function rootOf(cursor: TextCursor): Path['root'] {
  if (cursor.take('@')) return { kind: 'item' };
  if (!cursor.take('$')) throw cursor.problem("a path begins with '$'");
  if (cursor.take('$')) return { kind: 'context' };
  const name = cursor.takeWhile(isNameCharacter);
  if (name === '') return { kind: 'input' };
  if (/^\d/.test(name)) throw cursor.problem('no name of a variable');
  return { kind: 'variable', name };
}

function stepsAt(cursor: TextCursor, depth: number, ends: Characters): readonly PathStep[] {
  if (cursor.take('..')) {
    const deep: PathStep = { kind: 'deep' };
    return [deep, cursor.peek() === '[' ? bracketAt(cursor, depth) : nameAt(cursor, ends)];
  }
  if (cursor.take('.')) {
    return [cursor.peek() === '[' ? bracketAt(cursor, depth) : nameAt(cursor, ends)];
  }
  return cursor.peek() === '[' ? [bracketAt(cursor, depth)] : [];
}

function nameAt(cursor: TextCursor, ends: Characters): PathStep {
  if (cursor.take('*')) return { kind: 'all' };
  const name = cursor.takeWhile((character) => !ends.has(character));
  if (name === '') throw cursor.problem('a name is missing');
  if (!cursor.take('(')) return { kind: 'names', names: [name] };
  cursor.skipSpaces();
  const argument = cursor.peek() === ')' ? null : cursor.number();
  cursor.skipSpaces();
  cursor.expect(')');
  if (!functions.includes(name)) throw cursor.problem(`no function ${name}`);
  return { kind: 'function', name, argument };
}

type Characters = ReadonlySet<string>;

const endsNameAlone: Characters = new Set('.[]() \t\r\n');
/** In a filter, and among the arguments of a function. */
const endsNameAmongOthers: Characters = new Set('.[]()<>=!&|,\'" \t\r\n*@?:{}');

function bracketAt(cursor: TextCursor, depth: number): PathStep {
  cursor.expect('[');
  cursor.skipSpaces();
  const step = insideBracket(cursor, depth);
  cursor.skipSpaces();
  cursor.expect(']');
  return step;
}

function insideBracket(cursor: TextCursor, depth: number): PathStep {
  if (cursor.take('*')) return { kind: 'all' };
  if (cursor.take('?')) {
    cursor.skipSpaces();
    return { kind: 'filter', filter: parseFilter(cursor, depth + 1) };
  }
  const quote = cursor.peek();
  if (quote === "'" || quote === '"')
    return { kind: 'names', names: list(cursor, (c) => c.quoted()) };
  if (quote !== ':') {
    const indices = list(cursor, (c) => c.integer());
    if (indices.length > 1 || cursor.peek() !== ':') return { kind: 'indices', indices };
    cursor.expect(':');
    return { kind: 'slice', from: indices[0] ?? null, to: boundAt(cursor) };
  }
  cursor.expect(':');
  return { kind: 'slice', from: null, to: boundAt(cursor) };
}

function boundAt(cursor: TextCursor): number | null {
  cursor.skipSpaces();
  return cursor.peek() === ']' ? null : cursor.integer();
}

function list<Item>(cursor: TextCursor, item: (cursor: TextCursor) => Item): Item[] {
  const items: Item[] = [];
  do {
    cursor.skipSpaces();
    items.push(item(cursor));
    cursor.skipSpaces();
  } while (cursor.take(','));
  return items;
}

function isNameCharacter(character: string): boolean {
  return /[\p{ID_Continue}]/u.test(character);
}
