/** The modules that a file asks for: `import`, `export from`, `import()`, `require` and its kin. */
import type { AnyNode, Program } from 'acorn';
import { full } from 'acorn-walk';
import { constantText, memberName } from './javascript-constants.js';

export interface ModuleRequest {
  readonly specifier: string;
  readonly line: number;
}

export function moduleRequests(tree: Program): readonly ModuleRequest[] {
  const requests: ModuleRequest[] = [];
  full(tree, (found) => {
    const node = found as AnyNode;
    const specifier = specifierOf(node);
    if (specifier !== undefined) requests.push({ specifier, line: node.loc?.start.line ?? 0 });
  });
  return requests.sort((a, b) => a.line - b.line);
}

function specifierOf(node: AnyNode): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
      return constantText(node.source);
    case 'CallExpression':
      return requested(node.callee, constantText(node.arguments[0]));
    default:
      return undefined;
  }
}

function requested(callee: AnyNode, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const name = callee.type === 'Identifier' ? callee.name : memberName(callee);
  if (name !== undefined && requiring.has(name)) return text;
  // a function of any name that is given such a text is require under another one
  return /^node:[a-z]|^child_process$/.test(text) ? text : undefined;
}

/** As members too: of `module`, of `process`. */
const requiring: ReadonlySet<string> = new Set(['require', 'getBuiltinModule', '_load']);
