/**
 * The regular expressions of path filters, `[?(@.year =~ /199\d/i)]`. They are matched by following all ways through
 * them at once (Thompson, "Regular Expression Search Algorithm", 1968), so that none takes longer than its length times
 * that of the text. What would need more than that, such as back references, is refused.
 */
import type { TextCursor } from './text-cursor.js';

type Test = (character: string) => boolean;

type Node =
  | { readonly kind: 'character'; readonly test: Test }
  | { readonly kind: 'begin' | 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number };

/** Numbers are places in the program. */
type Step =
  | { readonly kind: 'character'; readonly test: Test }
  | { readonly kind: 'begin' | 'end' | 'done' }
  | { readonly kind: 'go'; readonly to: readonly number[] };

export interface Pattern {
  readonly steps: readonly Step[];
}

/** Each costs a visit for each character of the text. */
const stepsMax = 500;
const depthMax = 20;

/** `/.../flags`. The whole text has to match; of the flags, `i` is known. */
export function patternAt(cursor: TextCursor): Pattern {
  cursor.expect('/');
  const node = choiceAt(cursor, 0);
  cursor.expect('/');
  const flags = cursor.takeWhile((character) => /[a-zA-Z]/.test(character));
  if (flags !== '' && flags !== 'i') throw cursor.problem(`no flags ${flags}`);
  const steps: Step[] = [];
  emit(node, flags === 'i', steps, cursor);
  steps.push({ kind: 'done' });
  return { steps };
}

/** `visit` is called for each step that is taken: whoever matches often bounds it. */
export function matchesPattern({ steps }: Pattern, text: string, visit: () => void): boolean {
  const characters = [...text];
  let ways = reached([0], 0);
  for (const [at, character] of characters.entries()) {
    const onward: number[] = [];
    for (const way of ways) {
      const step = steps[way];
      if (step?.kind === 'character' && step.test(character)) onward.push(way + 1);
    }
    ways = reached(onward, at + 1);
    if (ways.size === 0) return false;
  }
  return [...ways].some((way) => steps[way]?.kind === 'done');

  function reached(from: readonly number[], at: number): Set<number> {
    const found = new Set<number>();
    const waiting = [...from];
    for (let way = waiting.pop(); way !== undefined; way = waiting.pop()) {
      if (found.has(way)) continue;
      visit();
      found.add(way);
      const step = steps[way];
      if (step?.kind === 'go') waiting.push(...step.to);
      const isHere = step?.kind === 'begin' ? at === 0 : at === characters.length;
      if ((step?.kind === 'begin' || step?.kind === 'end') && isHere) waiting.push(way + 1);
    }
    return found;
  }
}

function emit(node: Node, ignoresCase: boolean, steps: Step[], cursor: TextCursor): void {
  if (steps.length > stepsMax) throw cursor.problem('the pattern is too long');
  const emitOne = (part: Node): void => emit(part, ignoresCase, steps, cursor);
  switch (node.kind) {
    case 'character':
      steps.push(ignoresCase ? { ...node, test: inAnyCase(node.test) } : node);
      return;
    case 'sequence':
      node.parts.forEach(emitOne);
      return;
    case 'choice':
      emitChoice(node.parts, emitOne, steps);
      return;
    case 'repeat':
      for (let times = 0; times < node.min; times++) emitOne(node.part);
      if (node.max === Number.POSITIVE_INFINITY) emitLoop(node.part, emitOne, steps);
      else emitOptional(node.part, node.max - node.min, emitOne, steps);
      return;
    default:
      steps.push({ kind: node.kind });
  }
}

function emitChoice(parts: readonly Node[], emitOne: (part: Node) => void, steps: Step[]): void {
  const ends: number[] = [];
  parts.forEach((part, index) => {
    const begin = steps.push({ kind: 'done' }) - 1;
    emitOne(part);
    ends.push(steps.push({ kind: 'done' }) - 1);
    const next = index === parts.length - 1 ? [] : [steps.length];
    steps[begin] = { kind: 'go', to: [begin + 1, ...next] };
  });
  for (const end of ends) steps[end] = { kind: 'go', to: [steps.length] };
}

function emitLoop(part: Node, emitOne: (part: Node) => void, steps: Step[]): void {
  const begin = steps.push({ kind: 'done' }) - 1;
  emitOne(part);
  steps.push({ kind: 'go', to: [begin] });
  steps[begin] = { kind: 'go', to: [begin + 1, steps.length] };
}

function emitOptional(
  part: Node,
  times: number,
  emitOne: (part: Node) => void,
  steps: Step[],
): void {
  const begins: number[] = [];
  for (let time = 0; time < times; time++) {
    begins.push(steps.push({ kind: 'done' }) - 1);
    emitOne(part);
  }
  for (const begin of begins) steps[begin] = { kind: 'go', to: [begin + 1, steps.length] };
}

function inAnyCase(test: Test): Test {
  return (character) => test(character.toLowerCase()) || test(character.toUpperCase());
}

function choiceAt(cursor: TextCursor, depth: number): Node {
  if (depth > depthMax) throw cursor.problem('the pattern is nested too deep');
  const parts: Node[] = [];
  do parts.push(sequenceAt(cursor, depth));
  while (cursor.take('|'));
  return { kind: 'choice', parts };
}

function sequenceAt(cursor: TextCursor, depth: number): Node {
  const parts: Node[] = [];
  while (!cursor.isAtEnd && !'|)/'.includes(cursor.peek())) {
    parts.push(repeatedAt(cursor, atomAt(cursor, depth)));
  }
  return { kind: 'sequence', parts };
}

function atomAt(cursor: TextCursor, depth: number): Node {
  if (cursor.take('(')) {
    if (!cursor.take('?:') && cursor.peek() === '?') throw cursor.problem('no such group');
    const inner = choiceAt(cursor, depth + 1);
    cursor.expect(')');
    return inner;
  }
  if (cursor.take('^')) return { kind: 'begin' };
  if (cursor.take('$')) return { kind: 'end' };
  if (cursor.take('.')) return { kind: 'character', test: (character) => character !== '\n' };
  if (cursor.take('[')) return { kind: 'character', test: classAt(cursor) };
  if ('*+?{'.includes(cursor.peek())) throw cursor.problem('nothing to repeat');
  return { kind: 'character', test: characterAt(cursor).test };
}

function repeatedAt(cursor: TextCursor, part: Node): Node {
  const times = timesAt(cursor);
  if (times === undefined) return part;
  // whether it takes many or few makes no difference to a whole match
  if (!cursor.take('?') && cursor.peek() === '+') throw cursor.problem('not possessive');
  const [min, max] = times;
  if (min > max || min > stepsMax) throw cursor.problem('no such number of times');
  return { kind: 'repeat', part, min, max };
}

function timesAt(cursor: TextCursor): readonly [number, number] | undefined {
  if (cursor.take('*')) return [0, Number.POSITIVE_INFINITY];
  if (cursor.take('+')) return [1, Number.POSITIVE_INFINITY];
  if (cursor.take('?')) return [0, 1];
  if (!cursor.take('{')) return undefined;
  const min = cursor.integer();
  const isOpen = cursor.take(',');
  const max = !isOpen ? min : cursor.peek() === '}' ? Number.POSITIVE_INFINITY : cursor.integer();
  cursor.expect('}');
  return [min, max === Number.POSITIVE_INFINITY ? max : Math.min(max, stepsMax)];
}

interface One {
  /** Empty for a class such as `\d`. */
  readonly character: string;
  readonly test: Test;
}

const classes: Readonly<Record<string, RegExp>> = {
  d: /^\d$/,
  D: /^\D$/,
  w: /^\w$/,
  W: /^\W$/,
  s: /^\s$/,
  S: /^\S$/,
};

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

function characterAt(cursor: TextCursor): One {
  const isEscaped = cursor.take('\\');
  const point = cursor.text.codePointAt(cursor.at);
  if (point === undefined) throw cursor.problem('a character is missing');
  const given = String.fromCodePoint(point);
  cursor.at += given.length;
  if (!isEscaped) return only(given);
  const known = classes[given];
  if (known !== undefined) return { character: '', test: (character) => known.test(character) };
  const control = controls[given];
  if (control !== undefined) return only(control);
  if (/[a-zA-Z0-9]/.test(given)) throw cursor.problem('no such escape');
  return only(given);
}

function only(given: string): One {
  return { character: given, test: (character) => character === given };
}

function classAt(cursor: TextCursor): Test {
  const isNot = cursor.take('^');
  const tests: Test[] = [];
  do {
    const first = characterAt(cursor);
    const isRange = cursor.peek() === '-' && cursor.text.charAt(cursor.at + 1) !== ']';
    if (first.character === '' || !isRange) {
      tests.push(first.test);
      continue;
    }
    cursor.expect('-');
    const last = characterAt(cursor);
    if (last.character < first.character) throw cursor.problem('no such range');
    tests.push((character) => character >= first.character && character <= last.character);
  } while (!cursor.take(']'));
  return (character) => tests.some((test) => test(character)) !== isNot;
}
