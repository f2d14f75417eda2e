/** What a reader of logs asks for, taken from the query of the request and checked. */
import type { CatalogService } from '../../catalog/index.js';
import { HearthError } from '../../types/index.js';
import { Constraints } from '../form/constraints.js';
import { checkFunctionName, type FunctionName, parseFunctionName } from '../form/function-name.js';
import { numberOf, timeOf, wrongParameter } from '../form/parameters.js';

export interface LogQuery {
  readonly functionName: string;
  /** As the reader named it: a version, an alias, or nothing. */
  readonly qualifier: string | undefined;
  readonly requestId: string | null;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** null: the default of what is asked. */
  readonly linesMax: number | null;
  /** Reading goes on after it; `start` is before everything. null: the newest. */
  readonly cursor: string | null;
  readonly follow: boolean;
}

export const linesMaxMax = 10_000;
const cursorCharsMax = 14_000;

/** `name` may carry the qualifier. Throws `validation`, `invalid-parameter`. */
export function logQuery(name: string, query: URLSearchParams, wallMs: number): LogQuery {
  const constraints = new Constraints();
  const qualifier = query.get('version') ?? undefined;
  checkFunctionName(constraints, name, qualifier);
  constraints.check();
  const target = parseFunctionName(name, qualifier);
  const requestId = query.get('request');
  if (requestId !== null && !/^[\w-]{1,64}$/.test(requestId)) {
    throw wrongParameter(
      'request',
      'the id of a request, such as the header x-amzn-requestid tells it',
    );
  }
  const cursor = query.get('cursor');
  if (cursor !== null && (cursor === '' || cursor.length > cursorCharsMax)) {
    throw wrongParameter('cursor', 'what an answer has told, or start');
  }
  const follow = query.get('follow');
  if (follow !== null && !['1', '0', 'true', 'false'].includes(follow)) {
    throw wrongParameter('follow', '1 or 0');
  }
  return {
    functionName: target.name,
    qualifier: target.qualifier,
    requestId,
    sinceMs: timeOf('since', query, wallMs) ?? 0,
    untilMs: timeOf('until', query, wallMs) ?? Number.MAX_SAFE_INTEGER,
    linesMax: numberOf('limit', query, linesMaxMax) ?? null,
    cursor,
    follow: follow === '1' || follow === 'true',
  };
}

/**
 * The versions that a qualifier means now; null for all. Versions that exist no more have logs too. Throws
 * `invalid-parameter` for an alias that nobody knows.
 */
export function versionsOf(
  catalog: Pick<CatalogService, 'alias'>,
  { name, qualifier }: FunctionName,
): readonly string[] | null {
  if (qualifier === undefined) return null;
  if (/^\$LATEST$|^\d+$/.test(qualifier)) return [qualifier];
  const alias = catalog.alias(name, qualifier);
  if (alias === undefined) {
    throw new HearthError(
      'invalid-parameter',
      `There is no alias '${qualifier}' of ${name}; name a version, such as $LATEST or 1.`,
    );
  }
  return alias.additional === null ? [alias.version] : [alias.version, alias.additional.version];
}
