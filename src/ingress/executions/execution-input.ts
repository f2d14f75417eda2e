/** Which executions, and which usage, a query asks for. */
import {
  dayMs,
  type ExecutionQuery,
  executionResults,
  hourMs,
  startTypes,
} from '../../executor/index.js';
import { Constraints } from '../form/constraints.js';
import { checkFunctionName, parseFunctionName } from '../form/function-name.js';
import { numberOf, timeOf, wordOf, wrongParameter } from '../form/parameters.js';
import type { Asked } from '../operation.js';

/** As people ask. */
export interface ExecutionsAsked extends Omit<ExecutionQuery, 'functionName' | 'versions'> {
  /** null: of all functions. */
  readonly target: { readonly name: string; readonly qualifier: string | undefined } | null;
}

export interface UsageAsked {
  readonly functionName: string | null;
  /** When the first period begins, milliseconds since 1970. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly by: 'hour' | 'day';
}

const foundDefault = 100;
const foundMax = 1000;
const weekMs = 7 * dayMs;
const results = [...executionResults, 'failed'] as const;
const orders = ['newest', 'slowest'] as const;

/** Throws `validation`, `invalid-parameter`. */
export function executionsAsked({ subject, head, options }: Asked): ExecutionsAsked {
  const query = new URLSearchParams(head.query);
  const wallMs = options.wallMs();
  return {
    target: subject === '' ? null : targetOf(subject),
    requestId: requestIdOf(query),
    sinceMs: timeOf('since', query, wallMs) ?? 0,
    untilMs: timeOf('until', query, wallMs) ?? Number.MAX_SAFE_INTEGER,
    result: wordOf('result', query, results) ?? null,
    start: wordOf('start', query, startTypes) ?? null,
    order: wordOf('order', query, orders) ?? 'newest',
    most: numberOf('limit', query, foundMax) ?? foundDefault,
  };
}

/** The query as another node is asked; `nodeExecutionsAsked` is the inverse. */
export function nodeExecutionsPath(query: ExecutionQuery): string {
  const { functionName, versions, requestId, sinceMs, untilMs, result, start, order, most } = query;
  const parameters = new URLSearchParams({
    since: String(sinceMs),
    until: String(untilMs),
    order,
    limit: String(most),
  });
  if (functionName !== null) parameters.set('function', functionName);
  if (versions !== null) parameters.set('versions', versions.join(','));
  if (requestId !== null) parameters.set('request', requestId);
  if (result !== null) parameters.set('result', result);
  if (start !== null) parameters.set('start', start);
  return `/_hearth/node-executions?${parameters}`;
}

/** Throws `invalid-parameter`. */
export function nodeExecutionsAsked(asked: Asked): ExecutionQuery {
  const query = new URLSearchParams(asked.head.query);
  const { target, ...rest } = executionsAsked({ ...asked, subject: '' });
  const versions = query.get('versions')?.split(',') ?? null;
  return { ...rest, functionName: query.get('function'), versions };
}

/** Throws `validation`. Null for all functions. */
export function runningAsked({ subject, head }: Asked): string | null {
  if (subject !== '') return targetOf(subject).name;
  return new URLSearchParams(head.query).get('function');
}

/** Throws `validation`, `invalid-parameter`. */
export function usageAsked({ subject, head, options }: Asked): UsageAsked {
  const query = new URLSearchParams(head.query);
  const wallMs = options.wallMs();
  const by = wordOf('by', query, ['hour', 'day'] as const) ?? 'day';
  const functionName = subject === '' ? query.get('function') : targetOf(subject).name;
  const sinceMs = timeOf('since', query, wallMs) ?? wallMs - (by === 'day' ? weekMs : dayMs);
  const untilMs = timeOf('until', query, wallMs) ?? Number.MAX_SAFE_INTEGER;
  const periodMs = by === 'day' ? dayMs : hourMs;
  return { functionName, sinceMs: Math.floor(sinceMs / periodMs) * periodMs, untilMs, by };
}

/** The query as another node is asked. */
export function nodeUsagePath({ functionName, sinceMs, untilMs }: UsageAsked): string {
  const parameters = new URLSearchParams({ since: String(sinceMs), until: String(untilMs) });
  if (functionName !== null) parameters.set('function', functionName);
  parameters.set('by', 'hour');
  return `/_hearth/node-usage?${parameters}`;
}

function targetOf(subject: string): { name: string; qualifier: string | undefined } {
  const constraints = new Constraints();
  checkFunctionName(constraints, subject, undefined);
  constraints.check();
  return parseFunctionName(subject, undefined);
}

function requestIdOf(query: URLSearchParams): string | null {
  const id = query.get('request');
  if (id === null || /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(id)) return id;
  throw wrongParameter('request', 'the id of a request, such as the header x-amzn-requestid tells');
}
