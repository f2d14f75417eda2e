/**
 * JSONata in definitions: whether an expression can be one at all, and which variables it reads. Expressions have no
 * input of their own in Step Functions: a name that stands alone is refused, and so are `$` and `$$`
 * (https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).
 */
import jsonata from 'jsonata';
import { limits } from '../../types/index.js';
import type { JsonValue } from '../json.js';
import { boundBy, builtIn, type ExpressionNode, parsingCost } from '../jsonata/index.js';
import type { Place } from './place.js';

const opening = '{%';
const closing = '%}';

/** Meant to be one, right or not. */
export function isExpressionLike(value: JsonValue): value is string {
  return typeof value === 'string' && (value.startsWith(opening) || value.endsWith(closing));
}

/** Tells what is wrong with an expression in its marks. */
export function expressionIn(text: string, place: Place): void {
  const source = sourceOf(text);
  if (source === undefined) {
    place.refuse('JSONata string must start with {% and end with %}');
    return;
  }
  if (!place.rules.effort.allows(source)) return;
  const parsed = parse(source);
  if (parsed.kind === 'wrong') {
    place.refuse(parsed.message, 'INVALID_JSONATA_EXPRESSION');
    return;
  }
  const reads = readsOf(parsed.root);
  for (const name of reads.topLevel) {
    place.refuse(
      name === '$$'
        ? "Reference to '$$' is not supported."
        : `Reference to '${name}' at the top level is not supported.`,
      'UNSUPPORTED_JSONATA_EXPRESSION',
    );
  }
  if (reads.errorOutput && !place.rules.isInCatcher) {
    const message = "Field '$states.errorOutput' does not exist.";
    place.refuse(message, 'UNSUPPORTED_JSONATA_EXPRESSION');
  }
}

/** Names of the variables of the workflow that an expression in its marks reads, without `$`. */
export function expressionVariables(text: string, effort: ParsingEffort): readonly string[] {
  const source = sourceOf(text);
  if (source === undefined || !effort.allows(source)) return [];
  const parsed = parse(source);
  return parsed.kind === 'right' ? readsOf(parsed.root).variables : [];
}

/**
 * How much of one definition is parsed. What is more is taken as it is: whoever evaluates it, with limits of time,
 * finds its mistakes.
 */
export class ParsingEffort {
  private charsLeft: number = limits.definitionParsedCharsMax;

  allows(source: string): boolean {
    this.charsLeft -= parsingCost(source);
    return this.charsLeft >= 0;
  }
}

/** What is between the marks; undefined without both. */
function sourceOf(text: string): string | undefined {
  const isMarked =
    text.length >= opening.length + closing.length &&
    text.startsWith(opening) &&
    text.endsWith(closing);
  return isMarked ? text.slice(opening.length, -closing.length) : undefined;
}

type Parsed =
  | { readonly kind: 'right'; readonly root: ExpressionNode }
  | { readonly kind: 'wrong'; readonly message: string };

/** The parser recurses: deeper than its stack goes no expression. */
function parse(source: string): Parsed {
  try {
    return { kind: 'right', root: jsonata(source).ast() as unknown as ExpressionNode };
  } catch (error) {
    const message =
      error instanceof RangeError
        ? 'Expression is too deeply nested'
        : String((error as { message?: unknown }).message ?? error);
    return { kind: 'wrong', message };
  }
}

interface Reads {
  /** Names that would need an input, each once, as they are written. */
  readonly topLevel: readonly string[];
  readonly variables: readonly string[];
  readonly errorOutput: boolean;
}

/** `hasInput`: what stands here is evaluated for each value of something before it. */
interface Visit {
  readonly node: ExpressionNode;
  readonly hasInput: boolean;
}

function readsOf(root: ExpressionNode): Reads {
  const topLevel = new Set<string>();
  const variables = new Set<string>();
  const bound = new Set<string>();
  let errorOutput = false;
  const visits: Visit[] = [{ node: root, hasInput: false }];
  for (let visit = visits.pop(); visit; visit = visits.pop()) {
    const { node, hasInput } = visit;
    for (const name of boundBy(node)) bound.add(name);
    if (isErrorOutput(node)) errorOutput = true;
    if (node.type === 'variable') {
      const name = String(node.value);
      if (name === '$') topLevel.add('$$');
      else if (name !== '') variables.add(name);
      else if (!hasInput) topLevel.add('$');
    } else if (!hasInput && node.type === 'name') topLevel.add(String(node.value));
    else if (!hasInput && (node.type === 'wildcard' || node.type === 'descendant')) {
      topLevel.add(String(node.value));
    }
    visits.push(...partsOf(visit).reverse());
  }
  const isOwn = (name: string): boolean =>
    name !== 'states' && !bound.has(name) && !builtIn.has(name);
  const own = [...variables].filter(isOwn);
  return { topLevel: [...topLevel], variables: own, errorOutput };
}

/** What a node is made of: only the first step of a path lacks an input, and nothing in predicates, orders and groups does. */
function partsOf({ node, hasInput }: Visit): Visit[] {
  const parts: Visit[] = [];
  const add = (part: unknown, partHasInput: boolean): void => {
    if (Array.isArray(part)) for (const one of part) add(one, partHasInput);
    else if (typeof part === 'object' && part !== null) {
      parts.push({ node: part as ExpressionNode, hasInput: partHasInput });
    }
  };
  if (node.type === 'path') {
    const [first, ...rest] = node.steps as ExpressionNode[];
    add(first, hasInput);
    add(rest, true);
    add(node.group, true);
    return parts;
  }
  const isBinding = node.type === 'bind' || node.type === 'lambda';
  for (const [name, part] of Object.entries(node)) {
    if (isBinding && (name === 'lhs' || name === 'arguments')) continue;
    add(part, hasInput || inputGiving.has(name));
  }
  return parts;
}

/** Parts of nodes that are evaluated for each value that the node gives. */
const inputGiving = new Set(['predicate', 'stages', 'group', 'terms', 'update', 'delete']);

function isErrorOutput(node: ExpressionNode): boolean {
  if (node.type !== 'path') return false;
  const [first, second] = node.steps as ExpressionNode[];
  return (
    first?.type === 'variable' &&
    first.value === 'states' &&
    second?.type === 'name' &&
    second.value === 'errorOutput'
  );
}
