/** What clients take down of each request, before anybody has looked up which node is which. */
import type { RequestKind, RequestRecord } from '../records.js';
import type { Answered, Headers } from './balanced-client.js';

export interface RawRecord extends Omit<RequestRecord, 'entered' | 'ranOn'> {
  /** As balancers tell in `x-upstream`: addresses, and between them commas or whatever else. */
  readonly upstreams: string;
  /** The id of the node that ran it. */
  readonly nodeId: string | null;
}

/** What is known of a request before it is answered. */
export interface Sent {
  readonly id: string;
  readonly kind: RequestKind;
  readonly functionName: string;
  readonly dueMs: number;
  readonly leastVersion?: number | null;
  readonly version?: number | null;
  readonly label?: string | null;
}

const errorCharsMax = 200;

export function rawRecord(sent: Sent, answered: Answered, endMs: number): RawRecord {
  const { id, kind, functionName, dueMs, leastVersion = null, label = null } = sent;
  const { through, status, headers } = answered;
  const hops = headerOf(headers, 'x-hearth-hops');
  return {
    id,
    kind,
    functionName,
    through,
    dueMs,
    endMs,
    status,
    error: errorOf(answered),
    answeredBy: answererOf(answered),
    upstreams: headerOf(headers, 'x-upstream') ?? '',
    nodeId: headerOf(headers, 'x-hearth-node'),
    hops: hops === null ? null : Number(hops),
    version: sent.version ?? answeredVersion(sent, answered),
    label,
    leastVersion,
  };
}

/** What is wrong in an answer of a function that says that all is well; null for nothing. */
export function oddityOf(sent: Sent, { status, headers, text }: Answered): string | null {
  if (status !== 200 || headerOf(headers, 'x-amz-function-error') !== null) return null;
  const about = `${sent.kind} ${sent.id} of ${sent.functionName}`;
  const answer = parsed(text);
  if (answer?.id !== sent.id) return `${about} was answered with ${text.slice(0, errorCharsMax)}`;
  const version = versionOf(headerOf(headers, 'x-amz-executed-version'));
  if (answer.version === version) return null;
  return `${about} ran version ${answer.version}, and the answer says ${version}`;
}

/** `toNumber`: of the node with this id. */
export function requestRecord(
  { upstreams, nodeId, ...rest }: RawRecord,
  numberAt: ReadonlyMap<string, number>,
  toNumber: (nodeId: string) => number | null,
): RequestRecord {
  const hosts = upstreams.match(/\[[^\]]+\]:\d+|[\w.-]+:\d+/g) ?? [];
  const entered = hosts.flatMap((host) => numberAt.get(host) ?? []);
  return { ...rest, entered, ranOn: nodeId === null ? null : toNumber(nodeId) };
}

/** `$LATEST` is 0. */
export function versionOf(text: string | null): number | null {
  if (text === null) return null;
  return text === '$LATEST' ? 0 : Number(text);
}

export function headerOf(headers: Headers, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** That ran, or that was made. */
function answeredVersion({ kind }: Sent, { status, headers, text }: Answered): number | null {
  if (kind === 'publish') return status === 201 ? Number(parsed(text)?.Version) : null;
  return versionOf(headerOf(headers, 'x-amz-executed-version'));
}

/** Balancers answer by themselves in the words of nodes, but do not know the request's id. */
function answererOf({ status, headers }: Answered): RawRecord['answeredBy'] {
  if (status === 0) return null;
  return headerOf(headers, 'x-amzn-requestid') === null ? 'balancer' : 'node';
}

function errorOf({ status, headers, text, error }: Answered): string | null {
  if (error !== null) return error;
  const isWell = (status >= 200 && status < 300) || status === 412;
  if (isWell && headerOf(headers, 'x-amz-function-error') === null) return null;
  const code = headerOf(headers, 'x-amzn-errortype') ?? parsed(text)?.errorType;
  return typeof code === 'string' ? code : text.slice(0, errorCharsMax);
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}
