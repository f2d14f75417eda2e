/** One JavaScript file as a syntax tree, by the rules of a module, a CommonJS module, or either. */
import { type Options, type Program, parse } from 'acorn';

export type ModuleKind = 'module' | 'commonjs' | 'either';

export interface Parsed {
  readonly tree: Program;
  readonly isModule: boolean;
}

/** Throws acorn's SyntaxError with `loc`, and RangeError where it is nested too deep. */
export function parseSource(text: string, kind: ModuleKind): Parsed {
  if (kind === 'module') return { tree: asModule(text), isModule: true };
  if (kind === 'commonjs') return { tree: asCommonJs(text), isModule: false };
  try {
    return { tree: asCommonJs(text), isModule: false };
  } catch (thrown) {
    try {
      return { tree: asModule(text), isModule: true };
    } catch {
      throw thrown;
    }
  }
}

/** The line that a parser's error tells; 0 where it tells none. */
export function lineOf(error: unknown): number {
  return (error as { loc?: { line?: number } }).loc?.line ?? 0;
}

const common: Options = { ecmaVersion: 'latest', locations: true, allowHashBang: true };

function asModule(text: string): Program {
  return parse(text, { ...common, sourceType: 'module' });
}

/** What Node.js wraps into a function may return from it. */
function asCommonJs(text: string): Program {
  return parse(text, {
    ...common,
    sourceType: 'script',
    allowReturnOutsideFunction: true,
    allowNewTargetOutsideFunction: true,
  } as Options);
}
