/** Who changed what, as all nodes or one of them have it. */
import { numberOf, timeOf } from '../form/parameters.js';
import type { Asked, Operation } from '../operation.js';

export interface AuditQuery {
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly caller: string | null;
  /** A function's name, `layer:NAME` or `*`. */
  readonly on: string | null;
  readonly most: number;
}

export type AuditAction =
  | { readonly kind: 'read-audit'; readonly query: AuditQuery }
  | { readonly kind: 'node-audit'; readonly query: AuditQuery };

const linesDefault = 100;
const linesMax = 1000;
const nodePath = '/_hearth/node-audit';

export const auditOperations: readonly Operation[] = [
  {
    name: 'ReadAudit',
    method: 'GET',
    path: '/_hearth/audit',
    parse: (asked) => ({ kind: 'read-audit', query: auditQuery(asked) }),
  },
  {
    name: 'NodeAudit',
    method: 'GET',
    path: nodePath,
    who: 'peer',
    parse: (asked) => ({ kind: 'node-audit', query: auditQuery(asked) }),
  },
];

/** The query as another node is asked. */
export function nodeAuditPath({ sinceMs, untilMs, caller, on, most }: AuditQuery): string {
  const parameters = new URLSearchParams({
    since: String(sinceMs),
    until: String(untilMs),
    limit: String(most),
  });
  if (caller !== null) parameters.set('caller', caller);
  if (on !== null) parameters.set('on', on);
  return `${nodePath}?${parameters}`;
}

/** Throws `invalid-parameter`. */
function auditQuery({ head, options }: Asked): AuditQuery {
  const query = new URLSearchParams(head.query);
  const wallMs = options.wallMs();
  return {
    sinceMs: timeOf('since', query, wallMs) ?? 0,
    untilMs: timeOf('until', query, wallMs) ?? Number.MAX_SAFE_INTEGER,
    caller: query.get('caller'),
    on: query.get('on'),
    most: numberOf('limit', query, linesMax) ?? linesDefault,
  };
}
