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
      return asksForModule(node.callee) ? constantText(node.arguments[0]) : undefined;
    default:
      return undefined;
  }
}

function asksForModule(callee: AnyNode): boolean {
  if (callee.type === 'Identifier') return callee.name === 'require';
  const name = memberName(callee);
  // module.require, createRequire(...)'s result is often named require as well
  return name === 'require' || name === 'getBuiltinModule';
}
