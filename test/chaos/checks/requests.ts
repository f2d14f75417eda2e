/** Requests as the checks see them: which were answered, which count, what they took. */
import type {
  FaultRecord,
  MachineStall,
  RequestKind,
  RequestRecord,
  RunRecord,
} from '../records.js';

/** From when to when, both included. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

const synchronousKinds: readonly RequestKind[] = ['invoke', 'idempotent', 'chained'];

/** Somebody waits for what a function answers. */
export function isSynchronous({ kind }: RequestRecord): boolean {
  return synchronousKinds.includes(kind);
}

/** What was asked has been done, or accepted. */
export function isDone({ status, error }: RequestRecord): boolean {
  return error === null && status >= 200 && status < 300;
}

/** A node has it, but a node that is not as far as its caller asked for must not answer. */
export function isRefusedForItsPosition({ kind, leastVersion, status }: RequestRecord): boolean {
  return kind === 'chained' && leastVersion !== null && status === 503;
}

export function latencyMs({ dueMs, endMs }: RequestRecord): number {
  return endMs - dueMs;
}

export function spanOf({ dueMs, endMs }: RequestRecord): Span {
  return { fromMs: dueMs, untilMs: endMs };
}

export function spanOfFault({ beganMs, mendedMs }: FaultRecord): Span {
  return { fromMs: beganMs, untilMs: mendedMs };
}

export function overlap(one: Span, other: Span): boolean {
  return one.fromMs <= other.untilMs && other.fromMs <= one.untilMs;
}

export function isWithinAny(request: RequestRecord, spans: readonly Span[]): boolean {
  const own = spanOf(request);
  return spans.some((span) => overlap(own, span));
}

/** HAProxy asks every 500 ms whether a node is there again, for at most a second, and the answer takes its time. */
const noticedMs = 1500;
/** A node reads how much memory there is every 250 ms, and hears every second what others have. */
const memoryReadMs = 1500;

/** From the first death until balancers could know that all were ready again, nobody was there who could answer. */
export function outageOf({ deaths, beganMs, mendedMs }: FaultRecord): Span {
  const first = Math.min(...deaths.map(({ atMs }) => atMs));
  return { fromMs: Number.isFinite(first) ? first : beganMs, untilMs: mendedMs + noticedMs };
}

export function outagesOf({ faults }: RunRecord): Span[] {
  return faults.filter(({ kind }) => kind === 'outage').map(outageOf);
}

/** A node had less of the machine than it needs, or could not know yet that it had it again. */
export function pressuresOf({ faults }: RunRecord): Span[] {
  return faults.filter(({ kind }) => kind === 'pressure').map(pressureOf);
}

export function pressureOf({ beganMs, mendedMs }: FaultRecord): Span {
  return { fromMs: beganMs, untilMs: mendedMs + memoryReadMs };
}

/** For how long in all the machine stood still in this span. A stall is told of when it is over. */
export function stalledMs(stalls: readonly MachineStall[], span: Span): number {
  let total = 0;
  for (const { atMs, lagMs } of stalls) {
    const fromMs = Math.max(atMs - lagMs, span.fromMs);
    total += Math.max(0, Math.min(atMs, span.untilMs) - fromMs);
  }
  return total;
}

/** `q7: invoke of zipf-2 by nginx, node 3: 502 ServiceException (due at 12.345 s, took 31 ms)`. */
export function describe(request: RequestRecord, beganMs: number): string {
  const { id, kind, functionName, through, status, error, entered, dueMs } = request;
  const said = error === null ? `${status}` : `${status} ${error}`;
  const nodes = entered.length === 0 ? 'unknown node' : `node ${entered.join(', then ')}`;
  const at = ((dueMs - beganMs) / 1000).toFixed(3);
  const took = Math.round(latencyMs(request));
  return `${id}: ${kind} of ${functionName} by ${through}, ${nodes}: ${said} (due at ${at} s, took ${took} ms)`;
}
