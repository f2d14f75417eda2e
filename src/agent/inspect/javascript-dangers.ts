/**
 * What the operator's policy may forbid, found in the syntax tree. A net and not a wall: code that wants to
 * hide what it does can; what it can do at all is bounded by its sandbox.
 */
import type { AnyNode, Program } from 'acorn';
import { full } from 'acorn-walk';
import { memberName } from './javascript-constants.js';
import { moduleRequests } from './javascript-requests.js';
import { bounds, type Finding } from './types.js';

type Danger = Pick<Finding, 'rule' | 'message'>;

const ofText: Danger = { rule: 'eval', message: 'loads a module that is text (data:)' };

const modules: ReadonlyMap<string, Danger> = new Map([
  ['child_process', spawn('child_process')],
  ['cluster', spawn('cluster')],
  ['vm', { rule: 'eval', message: 'loads vm, which runs text as code' }],
  ['net', socket('net')],
  ['dgram', socket('dgram')],
  ['tls', socket('tls')],
]);

export function dangersOf(tree: Program, file: string): readonly Finding[] {
  const findings: Finding[] = [];
  const found = (line: number, danger: Danger): void => {
    if (findings.length < bounds.findingsMax)
      findings.push({ kind: 'dangerous', file, line, ...danger });
  };
  for (const { specifier, line } of moduleRequests(tree)) {
    const danger = modules.get(specifier.replace(/^node:/, ''));
    if (danger !== undefined) found(line, danger);
    if (specifier.endsWith('.node')) found(line, native(specifier));
    if (/^data:/i.test(specifier)) found(line, ofText);
  }
  full(tree, (walked) => {
    const node = walked as AnyNode;
    const danger = dangerOf(node);
    if (danger !== undefined) found(node.loc?.start.line ?? 0, danger);
  });
  return findings.sort((a, b) => a.line - b.line);
}

function dangerOf(node: AnyNode): Danger | undefined {
  if (node.type === 'MemberExpression') {
    const member = memberName(node);
    if (node.object.type !== 'Identifier' || node.object.name !== 'process') return undefined;
    if (member === 'dlopen') return { rule: 'native', message: 'calls process.dlopen' };
    return member === 'binding' ? { rule: 'native', message: 'uses process.binding' } : undefined;
  }
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined;
  const { callee } = node;
  // globalThis.eval(...) and (0, eval)(...) as well
  const last = callee.type === 'SequenceExpression' ? callee.expressions.at(-1) : callee;
  const name = last?.type === 'Identifier' ? last.name : globalMember(last);
  if (name === 'eval' && node.type === 'CallExpression') {
    return { rule: 'eval', message: 'calls eval' };
  }
  return name === 'Function'
    ? { rule: 'eval', message: 'makes a function of text (Function)' }
    : undefined;
}

function globalMember(node: AnyNode | undefined): string | undefined {
  if (node?.type !== 'MemberExpression' || node.object.type !== 'Identifier') return undefined;
  return ['globalThis', 'global'].includes(node.object.name) ? memberName(node) : undefined;
}

function spawn(module: string): Danger {
  return { rule: 'process-spawn', message: `loads ${module}, which starts processes` };
}

function socket(module: string): Danger {
  return { rule: 'raw-socket', message: `loads ${module}, which opens sockets` };
}

function native(specifier: string): Danger {
  return { rule: 'native', message: `loads native code (${specifier.slice(0, 100)})` };
}
