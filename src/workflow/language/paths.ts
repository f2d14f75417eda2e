/** Paths as they stand in definitions: whether they are some, which of them name one node, and which variables they read. */
import { intrinsicProblem, pathProblem } from '../data/index.js';

export { pathProblem };

export function isPathOrIntrinsic(text: string): boolean {
  return text.startsWith('$') ? pathProblem(text) === null : intrinsicProblem(text) === null;
}

/** Null for a path that can only mean one node: no wildcards, slices, unions, filters, deep scans or functions. */
export function referencePathProblem(text: string): string | null {
  if (!text.startsWith('$')) return "Reference path didn't start with '$'";
  const illegal = /[*?@]|\.\.|\[[^[\]]*[,:]/.exec(withoutQuoted(text));
  if (illegal) return `Illegal use of '${illegal[0].slice(-1)}'`;
  return pathProblem(text);
}

/** Where a result goes: into the input, and so neither into the context object nor into a variable. */
export function resultPathProblem(text: string): string | null {
  const problem = referencePathProblem(text);
  if (problem !== null) return problem;
  return /^\$(?:[.[]|$)/.test(text) ? null : 'Reference path must begin with the input';
}

/** Names of the variables that a path or an intrinsic function reads, without `$`. */
export function variablesOf(text: string): readonly string[] {
  const names = withoutQuoted(text).matchAll(
    /(?<![$\p{ID_Continue}])\$(\p{ID_Start}\p{ID_Continue}*)/gu,
  );
  return [...names].map((match) => match[1] ?? '');
}

/** What is in quotes is left out; a backslash keeps the quote after it from being one. */
function withoutQuoted(text: string): string {
  let plain = '';
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if (quote === '') {
      plain += char;
      if (char === "'" || char === '"') quote = char;
    } else if (char === '\\') index++;
    else if (char === quote) quote = '';
  }
  return plain;
}
