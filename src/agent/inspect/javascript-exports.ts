/** Whether a module exports a name, as far as its text tells. */
import type { AnyNode, ExportNamedDeclaration, Pattern, Program } from 'acorn';
import { ancestor } from 'acorn-walk';
import { constantText, memberName } from './javascript-constants.js';
import type { Parsed } from './javascript-source.js';

/** `unknown` where only running it would tell. */
export function exportsName({ tree, isModule }: Parsed, name: string): 'yes' | 'no' | 'unknown' {
  return isModule ? moduleExports(tree, name) : commonJsExports(tree, name);
}

function moduleExports(tree: Program, name: string): 'yes' | 'no' | 'unknown' {
  let unknown = false;
  for (const node of tree.body) {
    if (node.type === 'ExportAllDeclaration') {
      if (node.exported === null || node.exported === undefined) unknown = true;
      else if (nameOf(node.exported) === name) return 'yes';
    }
    // a module of a default export that is an object: its members are found on the default
    if (node.type === 'ExportDefaultDeclaration') {
      if (name === 'default') return 'yes';
      unknown = true;
    }
    if (node.type === 'ExportNamedDeclaration' && exportedNames(node).includes(name)) return 'yes';
  }
  return unknown ? 'unknown' : 'no';
}

function exportedNames({ declaration, specifiers }: ExportNamedDeclaration): readonly string[] {
  const named = specifiers.map(({ exported }) => nameOf(exported));
  if (declaration === null || declaration === undefined) return named;
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) => boundNames(id));
  }
  return [declaration.id.name];
}

function boundNames(pattern: Pattern): readonly string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : boundNames(element)));
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    default:
      return [];
  }
}

function nameOf(node: { type: string; name?: string; value?: unknown }): string {
  return node.type === 'Identifier' ? (node.name ?? '') : String(node.value);
}

/**
 * `exports.NAME =`, `module.exports.NAME =`, `module.exports = { NAME }` and
 * `Object.defineProperty(exports, 'NAME'` say yes. Whatever else happens to `exports` or `module` leaves it
 * open: what compilers make hands them to functions.
 */
function commonJsExports(tree: Program, name: string): 'yes' | 'no' | 'unknown' {
  let found = false;
  let unknown = false;
  ancestor(tree, {
    Identifier(node, _state, ancestors) {
      if (node.name !== 'exports' && node.name !== 'module') return;
      const names = namesOf(ancestors as AnyNode[], node.name);
      if (names === null) unknown = true;
      else if (names.includes(name)) found = true;
    },
    ThisExpression(_node, _state, ancestors) {
      // `this` of a CommonJS module is its exports
      if (!ancestors.some(({ type }) => /Function|Class/.test(type))) unknown = true;
    },
  });
  return found ? 'yes' : unknown ? 'unknown' : 'no';
}

/** The names that this use of `exports` or `module` exports; null where that cannot be told. */
function namesOf(
  ancestors: readonly AnyNode[],
  identifier: 'exports' | 'module',
): readonly string[] | null {
  let at = ancestors.length - 1;
  let node = ancestors[at];
  if (identifier === 'module') {
    const parent = ancestors[at - 1];
    const member = memberName(parent);
    if (parent?.type !== 'MemberExpression' || parent.object !== node || member === undefined) {
      return null;
    }
    if (member !== 'exports') return [];
    node = parent;
    at--;
  }
  const parent = ancestors[at - 1];
  if (parent?.type === 'MemberExpression' && parent.object === node) {
    const member = memberName(parent);
    return member === undefined ? null : [member];
  }
  if (parent?.type === 'AssignmentExpression' && parent.left === node) return keysOf(parent.right);
  if (parent?.type === 'CallExpression' && memberName(parent.callee) === 'defineProperty') {
    const named = constantText(parent.arguments[1]);
    return named === undefined ? null : [named];
  }
  return null;
}

/** Of an object as it is written; null for whatever else may be exported. */
function keysOf(value: AnyNode): readonly string[] | null {
  if (value.type !== 'ObjectExpression') return null;
  const keys: string[] = [];
  for (const property of value.properties) {
    if (property.type === 'SpreadElement') return null;
    const { key, computed } = property;
    const name = !computed && key.type === 'Identifier' ? key.name : constantText(key as AnyNode);
    if (name === undefined) return null;
    keys.push(name);
  }
  return keys;
}
