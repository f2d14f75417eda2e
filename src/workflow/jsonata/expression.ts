/** The texts of JSONata expressions: parsed once, checked, and what they read. */
import jsonata from 'jsonata';
import { BoundedCache } from '../data/index.js';
import { bounds } from './bounds.js';
import { parsingCost } from './parsing-cost.js';

/** A part of a parsed expression; which members there are depends on the type. */
export interface ExpressionNode {
  readonly type: string;
  readonly value?: unknown;
  readonly [member: string]: unknown;
}

/** What an expression reads from outside. */
export interface References {
  /** Names without `$`; those that the expression itself binds, and built-in functions, are not among them. */
  readonly variables: readonly string[];
  /** All names that stand in it after `$`, bound or not. */
  readonly mentioned: readonly string[];
  /** The members of `$states` that it names, such as `input`. */
  readonly states: readonly string[];
  /** It takes `$states` as a whole. */
  readonly wholeStates: boolean;
}

interface Parsed {
  readonly root: ExpressionNode | null;
  readonly problem: string | null;
  references: References | null;
}

const tooDeep = 'The expression is nested too deep';

const parsed = new BoundedCache<Parsed>(bounds.expressionsKept);

/** The expression in a string of exactly `{% ... %}`; null where it is another string. */
export function expressionIn(text: string): string | null {
  if (!text.startsWith('{%') || !text.endsWith('%}') || text.length < 4) return null;
  return text.slice(2, -2).trim();
}

/** Whether this thread may parse it: where not, a thread that evaluates it does, and says what is wrong with it. */
export function isParsedHere(text: string): boolean {
  return parsingCost(text) <= bounds.parsedHereMax;
}

/** Why the text (without `{%` and `%}`) is no expression; null where it is one. */
export function expressionProblem(text: string): string | null {
  return parsed.get(text, parse).problem;
}

/** @throws Error where the text is no expression: ask `expressionProblem` first. */
export function expressionRoot(text: string): ExpressionNode {
  const { root, problem } = parsed.get(text, parse);
  if (root === null) throw new Error(problem ?? 'no expression');
  return root;
}

/** Nothing where the text is no expression. */
export function referencesOf(text: string): References {
  const known = parsed.get(text, parse);
  known.references ??= referencesIn(known.root);
  return known.references;
}

/** The expression of the library, or why it is none. */
export type Checked =
  | { readonly expression: jsonata.Expression; readonly problem: null }
  | { readonly expression: null; readonly problem: string };

export function checked(text: string, options?: jsonata.JsonataOptions): Checked {
  const refused = (problem: string): Checked => ({ expression: null, problem });
  if (text.length > bounds.expressionCharactersMax) return refused('The expression is too long');
  if (parsingCost(text) > bounds.parsingCostMax) return refused('The expression is too complex');
  try {
    const expression = jsonata(text, options);
    const problem = problemIn(expression.ast() as unknown as ExpressionNode, text);
    return problem === null ? { expression, problem } : refused(problem);
  } catch (error) {
    return refused(problemOf(error));
  }
}

function parse(text: string): Parsed {
  const { expression, problem } = checked(text);
  const root = (expression?.ast() ?? null) as ExpressionNode | null;
  return { root, problem, references: null };
}

/** The library throws objects with a message and a position; what is nested too deep overflows the stack. */
function problemOf(error: unknown): string {
  if (error instanceof RangeError) return tooDeep;
  const { message, position } = error as { message?: unknown; position?: unknown };
  const text = typeof message === 'string' && message !== '' ? message : 'Syntax error';
  return typeof position === 'number' ? `${text} at position ${position}` : text;
}

function problemIn(root: ExpressionNode, text: string): string | null {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [
    { value: root, depth: 0 },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    if (depth > bounds.nestingMax) return tooDeep;
    if (typeof value !== 'object' || value === null) continue;
    const below = isNode(value) ? depth + 1 : depth;
    if (isNode(value) && value.type === 'condition') {
      // JSONata 2.0.6, which Step Functions has, does not know these two
      const end = Number(value.position);
      const operator = text.slice(end - 2, end);
      if (/^\?[?:]$/.test(operator)) return `Syntax error: "${operator}" at position ${end}`;
    }
    for (const member of Object.values(value)) waiting.push({ value: member, depth: below });
  }
  return null;
}

function referencesIn(root: ExpressionNode | null): References {
  const found = { variables: new Set<string>(), states: new Set<string>(), wholeStates: false };
  const bound = new Set<string>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== 'object' || node === null) continue;
    if (isNode(node)) {
      for (const name of boundBy(node)) bound.add(name);
      if (node.type === 'variable' && typeof node.value === 'string') {
        if (node.value === 'states') found.wholeStates = true;
        else found.variables.add(node.value);
      }
      const steps = stepsOf(node);
      const name = statesMember(steps);
      if (name !== null) {
        found.states.add(name);
        for (const member of Object.values(node)) if (member !== steps) waiting.push(member);
        // without the variable itself, but with what the steps have in brackets
        for (const step of steps.slice(1)) waiting.push(step);
        continue;
      }
    }
    for (const member of Object.values(node)) waiting.push(member);
  }
  return {
    variables: [...found.variables].filter((name) => isFree(name, bound)).sort(),
    mentioned: [...found.variables],
    states: [...found.states].sort(),
    wholeStates: found.wholeStates,
  };
}

function isFree(name: string, bound: ReadonlySet<string>): boolean {
  return name !== '' && name !== '$' && !bound.has(name) && !builtIn.has(name);
}

function isNode(value: object): value is ExpressionNode {
  return 'type' in value && typeof value.type === 'string';
}

function stepsOf(node: ExpressionNode): readonly ExpressionNode[] {
  return node.type === 'path' && Array.isArray(node.steps) ? node.steps : [];
}

/** `a` of a path that begins with `$states.a`. */
function statesMember(steps: readonly ExpressionNode[]): string | null {
  const [first, second] = steps;
  if (first?.type !== 'variable' || first.value !== 'states' || first.predicate || first.stages) {
    return null;
  }
  return second?.type === 'name' && typeof second.value === 'string' ? second.value : null;
}

/** Names that a node binds: `:=`, parameters of functions, `@$x` and `#$i`. */
export function boundBy(node: ExpressionNode): string[] {
  const names: string[] = [];
  const add = (value: unknown): void => {
    if (typeof value === 'object' && value !== null && 'value' in value) {
      names.push(String(value.value));
    } else if (typeof value === 'string') names.push(value);
  };
  if (node.type === 'bind') add(node.lhs);
  if (node.type === 'lambda' && Array.isArray(node.arguments)) node.arguments.forEach(add);
  add(node.focus);
  add(node.index);
  return names;
}

/** Functions of JSONata 2.0.6, and those that Step Functions adds: https://docs.jsonata.org and the Developer Guide */
export const builtIn: ReadonlySet<string> = new Set(
  (
    'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad ' +
    'match contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs ' +
    'sqrt power random boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse ' +
    'each error assert type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl ' +
    'decodeUrlComponent decodeUrl eval toMillis fromMillis clone now millis partition range hash uuid parse'
  ).split(' '),
);
