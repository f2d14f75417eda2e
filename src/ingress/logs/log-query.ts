/** What a reader of logs asks for, taken from the query of the request and checked. */
import type { CatalogService } from '../../catalog/index.js';
import { HearthError } from '../../types/index.js';
import { Constraints } from '../form/constraints.js';
import { checkFunctionName, parseFunctionName } from '../form/function-name.js';

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
const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `name` may carry the qualifier. Throws `validation`, `invalid-parameter`. */
export function logQuery(name: string, query: URLSearchParams, wallMs: number): LogQuery {
  const constraints = new Constraints();
  const qualifier = query.get('version') ?? undefined;
  checkFunctionName(constraints, name, qualifier);
  constraints.check();
  const target = parseFunctionName(name, qualifier);
  const requestId = query.get('request');
  if (requestId !== null && !/^[\w-]{1,64}$/.test(requestId)) {
    throw wrong('request', 'the id of a request, such as the header x-amzn-requestid tells it');
  }
  const cursor = query.get('cursor');
  if (cursor !== null && (cursor === '' || cursor.length > cursorCharsMax)) {
    throw wrong('cursor', 'what an answer has told, or start');
  }
  const follow = query.get('follow');
  if (follow !== null && !['1', '0', 'true', 'false'].includes(follow)) {
    throw wrong('follow', '1 or 0');
  }
  return {
    functionName: target.name,
    qualifier: target.qualifier,
    requestId,
    sinceMs: timeOf('since', query.get('since'), wallMs) ?? 0,
    untilMs: timeOf('until', query.get('until'), wallMs) ?? Number.MAX_SAFE_INTEGER,
    linesMax: linesOf(query.get('limit')),
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
  { functionName, qualifier }: LogQuery,
): readonly string[] | null {
  if (qualifier === undefined) return null;
  if (/^\$LATEST$|^\d+$/.test(qualifier)) return [qualifier];
  const alias = catalog.alias(functionName, qualifier);
  if (alias === undefined) {
    throw new HearthError(
      'invalid-parameter',
      `There is no alias '${qualifier}' of ${functionName}; name a version, such as $LATEST or 1.`,
    );
  }
  return alias.additional === null ? [alias.version] : [alias.version, alias.additional.version];
}

/** Milliseconds since 1970, ISO 8601, or so long ago, such as `10m`. */
function timeOf(name: string, text: string | null, wallMs: number): number | undefined {
  if (text === null) return undefined;
  const ago = /^(\d{1,9})([smhd])$/.exec(text);
  if (ago !== null) return wallMs - Number(ago[1]) * (units[ago[2] ?? ''] ?? 0);
  const timeMs = /^\d{1,16}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isSafeInteger(timeMs)) return timeMs;
  throw wrong(
    name,
    'a time such as 2026-01-31T12:00:00Z, or so long ago, such as 90s, 10m, 2h, 1d',
  );
}

function linesOf(text: string | null): number | null {
  if (text === null) return null;
  const lines = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (lines >= 1 && lines <= linesMaxMax) return lines;
  throw wrong('limit', `a number of lines from 1 to ${linesMaxMax}`);
}

function wrong(name: string, what: string): HearthError {
  return new HearthError('invalid-parameter', `The parameter '${name}' must be ${what}.`);
}
