/**
 * The trace that a request belongs to. W3C trace context (https://www.w3.org/TR/trace-context/) and X-Ray's header
 * `X-Amzn-Trace-Id` say the same facts in two notations; one that has neither right belongs to no trace.
 */

export interface TraceContext {
  /** 32 hexadecimal digits. X-Ray writes the first eight, a time, apart from the rest. */
  readonly traceId: string;
  /** The span that this request is part of: 16 digits, empty where only the trace is known. */
  readonly parentId: string;
  readonly sampled: boolean;
  /** The header `tracestate` as it came; empty where there was none. */
  readonly state: string;
}

/** The headers of a request that tell of its trace. */
export type TraceHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

const traceparentShape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const rootShape = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i;
const parentShape = /^[0-9a-f]{16}$/i;
const zeros = /^0+$/;
/** The first bit of the flags. */
const sampledFlag = 1;

/** Where both headers are there, X-Ray's counts: it is what the function has always been told of. */
export function traceContextOf(headers: TraceHeaders): TraceContext | undefined {
  const xray = parseXray(text(headers['x-amzn-trace-id']));
  return xray ?? parseTraceparent(text(headers.traceparent), text(headers.tracestate));
}

/** What a function is told, in X-Ray's notation: as it came, or made of `traceparent`; empty where there is neither. */
export function traceIdOf(headers: TraceHeaders): string {
  const given = headers['x-amzn-trace-id'];
  if (given !== undefined) return text(given);
  if (headers.traceparent === undefined) return '';
  const context = parseTraceparent(text(headers.traceparent));
  return context === undefined ? '' : formatXray(context);
}

export function parseTraceparent(header: string, state = ''): TraceContext | undefined {
  const [, version, traceId = '', parentId = '', flags = '', rest] =
    traceparentShape.exec(header.trim()) ?? [];
  if (version === undefined || version === 'ff') return undefined;
  if (version === '00' && rest !== undefined) return undefined;
  if (zeros.test(traceId) || zeros.test(parentId)) return undefined;
  return { traceId, parentId, sampled: isSampled(Number.parseInt(flags, 16)), state };
}

/** `Root=1-...;Parent=...;Sampled=1`, members in any order; others are of no interest here. */
export function parseXray(header: string): TraceContext | undefined {
  if (header === '') return undefined;
  let traceId = '';
  let parentId = '';
  let sampled = false;
  for (const member of header.split(';')) {
    const [name = '', value = ''] = member.split('=', 2).map((one) => one.trim());
    if (name === 'Root') traceId = (rootShape.exec(value) ?? []).slice(1).join('').toLowerCase();
    else if (name === 'Parent' && parentShape.test(value)) parentId = value.toLowerCase();
    else if (name === 'Sampled') sampled = value === '1';
  }
  if (traceId === '' || zeros.test(traceId)) return undefined;
  return { traceId, parentId, sampled, state: '' };
}

/** Not of a context whose parent is unknown. */
export function formatTraceparent({ traceId, parentId, sampled }: TraceContext): string {
  return `00-${traceId}-${parentId}-0${sampled ? sampledFlag : 0}`;
}

export function formatXray({ traceId, parentId, sampled }: TraceContext): string {
  const parent = parentId === '' ? '' : `;Parent=${parentId}`;
  return `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)}${parent};Sampled=${sampled ? 1 : 0}`;
}

/** What is passed on from a span of one's own, whose id is 16 hexadecimal digits. */
export function childContext(context: TraceContext, spanId: string): TraceContext {
  return { ...context, parentId: spanId };
}

function isSampled(flags: number): boolean {
  return flags % 2 === sampledFlag;
}

function text(header: string | readonly string[] | undefined): string {
  return (typeof header === 'string' ? header : header?.[0]) ?? '';
}
