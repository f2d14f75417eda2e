/** The text of intrinsic functions, `States.Format('{} of {}', $.a, States.ArrayLength($.b))`, and what it stands for. */
import { PathSyntaxError, readPathAt } from './path-syntax.js';
import { TextCursor } from './text-cursor.js';

export type Argument =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'path'; readonly text: string }
  | { readonly kind: 'call'; readonly call: IntrinsicCall };

export interface IntrinsicCall {
  readonly name: IntrinsicName;
  readonly text: string;
  readonly args: readonly Argument[];
}

export type IntrinsicName = keyof typeof argumentCounts;

/** Fewest and most arguments of each. */
export const argumentCounts = {
  Array: [0, Number.POSITIVE_INFINITY],
  ArrayContains: [2, 2],
  ArrayGetItem: [2, 2],
  ArrayLength: [1, 1],
  ArrayPartition: [2, 2],
  ArrayRange: [3, 3],
  ArrayUnique: [1, 1],
  Base64Decode: [1, 1],
  Base64Encode: [1, 1],
  Format: [1, Number.POSITIVE_INFINITY],
  Hash: [2, 2],
  JsonMerge: [3, 3],
  JsonToString: [1, 1],
  MathAdd: [2, 2],
  MathRandom: [2, 3],
  StringSplit: [2, 2],
  StringToJson: [1, 1],
  UUID: [0, 0],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html: "You can nest up to 10 intrinsic functions" */
const nestingMax = 10;

const prefix = 'States.';

export function isIntrinsic(text: string): boolean {
  return text.startsWith(prefix);
}

/** @throws PathSyntaxError */
export function parseIntrinsic(text: string): IntrinsicCall {
  const cursor = new TextCursor(text, (reason) => new PathSyntaxError(reason));
  const call = callAt(cursor, 1);
  cursor.skipSpaces();
  if (!cursor.isAtEnd) throw cursor.problem('unexpected text');
  return call;
}

function callAt(cursor: TextCursor, depth: number): IntrinsicCall {
  if (depth > nestingMax) throw cursor.problem('intrinsic functions are nested too deep');
  const begin = cursor.at;
  cursor.expect(prefix);
  const name = cursor.takeWhile((character) => /\w/.test(character));
  if (!isName(name)) throw cursor.problem(`no intrinsic function ${prefix}${name}`);
  const args = argumentsAt(cursor, depth);
  const [fewest, most] = argumentCounts[name];
  if (args.length < fewest || args.length > most) {
    throw cursor.problem(`wrong number of arguments of ${prefix}${name}`);
  }
  return { name, args, text: cursor.text.slice(begin, cursor.at) };
}

function isName(name: string): name is IntrinsicName {
  return Object.hasOwn(argumentCounts, name);
}

function argumentsAt(cursor: TextCursor, depth: number): readonly Argument[] {
  const args: Argument[] = [];
  cursor.skipSpaces();
  cursor.expect('(');
  cursor.skipSpaces();
  if (cursor.take(')')) return args;
  for (;;) {
    cursor.skipSpaces();
    args.push(argumentAt(cursor, depth));
    cursor.skipSpaces();
    if (cursor.take(')')) return args;
    cursor.expect(',');
  }
}

function argumentAt(cursor: TextCursor, depth: number): Argument {
  const first = cursor.peek();
  if (first === '$') return { kind: 'path', text: readPathAt(cursor, 0).text };
  if (first === "'") return { kind: 'literal', value: literalText(cursor) };
  if (cursor.text.startsWith(prefix, cursor.at)) {
    return { kind: 'call', call: callAt(cursor, depth + 1) };
  }
  if (cursor.take('null')) return { kind: 'literal', value: null };
  if (cursor.take('true')) return { kind: 'literal', value: true };
  if (cursor.take('false')) return { kind: 'literal', value: false };
  return { kind: 'literal', value: cursor.number() };
}

/** In single quotes. `\'` is what it names; `\{`, `\}` and `\\` are left to who takes the text, and there are no other escapes. */
function literalText(cursor: TextCursor): string {
  const begin = ++cursor.at;
  for (; cursor.peek() !== "'"; cursor.at++) {
    if (cursor.isAtEnd) throw cursor.problem("expected '");
    if (cursor.peek() !== '\\') continue;
    cursor.at++;
    if (!"'\\{}".includes(cursor.peek() || ' ')) throw cursor.problem('no escape');
  }
  const raw = cursor.text.slice(begin, cursor.at++);
  return raw.includes('\\')
    ? raw.replace(/\\(['\\])/g, (pair, character: string) => (character === "'" ? "'" : pair))
    : raw;
}
