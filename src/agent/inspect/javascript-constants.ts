/** Texts in a syntax tree that are known without running it: literals, and what is put together of them. */
import type { AnyNode, Expression } from 'acorn';

/** Undefined where it depends on what runs. */
export function constantText(node: AnyNode | null | undefined): string | undefined {
  if (node === null || node === undefined) return undefined;
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? node.value : undefined;
    case 'TemplateLiteral':
      return joined(
        node.quasis.flatMap(({ value }, at) => [
          value.cooked ?? undefined,
          ...(at < node.expressions.length
            ? [constantText(node.expressions[at] as Expression)]
            : []),
        ]),
      );
    case 'BinaryExpression':
      return node.operator === '+'
        ? joined([constantText(node.left as AnyNode), constantText(node.right)])
        : undefined;
    case 'ParenthesizedExpression':
      return constantText(node.expression);
    default:
      return undefined;
  }
}

/** The name of a member as it is written, `a.b` or `a['b']`; undefined where it is computed. */
export function memberName(node: AnyNode | null | undefined): string | undefined {
  if (node?.type !== 'MemberExpression') return undefined;
  if (node.computed) return constantText(node.property as AnyNode);
  return node.property.type === 'Identifier' ? node.property.name : undefined;
}

function joined(parts: readonly (string | undefined)[]): string | undefined {
  return parts.every((part) => part !== undefined) ? parts.join('') : undefined;
}
