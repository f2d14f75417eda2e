/** What a rule of a Choice asks, in a few characters: `$.total > 100 and $.paid is present`. */

const signs: readonly (readonly [RegExp, string])[] = [
  [/GreaterThanEquals(Path)?$/, '≥'],
  [/LessThanEquals(Path)?$/, '≤'],
  [/GreaterThan(Path)?$/, '>'],
  [/LessThan(Path)?$/, '<'],
  [/Equals(Path)?$/, '='],
  [/Matches$/, 'like'],
];
/** Deeper than anybody reads. */
const depthMax = 5;

export function conditionText(rule: Readonly<Record<string, unknown>>, depth = 0): string {
  if (depth > depthMax) return '…';
  if (rule.Condition !== undefined) return expressionText(rule.Condition);
  if (Array.isArray(rule.And)) return joined(rule.And, ' and ', depth);
  if (Array.isArray(rule.Or)) return joined(rule.Or, ' or ', depth);
  if (isObject(rule.Not)) return `not (${conditionText(rule.Not, depth + 1)})`;
  const { Variable, Next: _, Comment: __, Assign: ___, Output: ____, ...operators } = rule;
  const [operator, operand] = Object.entries(operators)[0] ?? [];
  if (operator === undefined) return '';
  return `${String(Variable)} ${operatorText(operator, operand)}`;
}

function operatorText(operator: string, operand: unknown): string {
  const asked = /^Is(.+)$/.exec(operator)?.[1];
  if (asked !== undefined) return `is ${operand === false ? 'not ' : ''}${asked.toLowerCase()}`;
  const sign = signs.find(([pattern]) => pattern.test(operator))?.[1] ?? operator;
  const isPath = operator.endsWith('Path');
  return `${sign} ${isPath ? String(operand) : JSON.stringify(operand)}`;
}

function joined(rules: readonly unknown[], word: string, depth: number): string {
  // the label is cut anyway
  const some = rules.slice(0, 8).filter(isObject);
  const parts = some.map((rule) => conditionText(rule, depth + 1));
  return depth === 0 ? parts.join(word) : `(${parts.join(word)})`;
}

function expressionText(condition: unknown): string {
  return typeof condition === 'string'
    ? condition.replace(/^\{%\s*|\s*%\}$/g, '')
    : JSON.stringify(condition);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
