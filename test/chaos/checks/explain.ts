/**
 * Why a synchronous request may have failed: it was in flight on a node that died, stood still or was cut
 * off; or whoever carried it, its balancer or its sandbox, was killed; or nobody was there, or had room. What
 * none of that explains is a fault of the cluster.
 */
import type { FaultKind, FaultRecord, MachineStall, RequestRecord, RunRecord } from '../records.js';
import {
  isRefusedForItsPosition,
  outageOf,
  overlap,
  pressureOf,
  type Span,
  spanOf,
  spanOfFault,
  stalledMs,
} from './requests.js';

/** How a request failed, which says who can have been at fault. */
export type FailureManner =
  /** A node had forwarded it, and says that it was lost there. */
  | 'lost'
  /** A connection broke, or a balancer says that its node's did. */
  | 'broken'
  /** Nobody answered in time. */
  | 'unanswered'
  /** Somebody had no room, or was not ready; or it was not even sent. */
  | 'refused'
  /** The node asked is not as far in the log as the caller wanted. */
  | 'behind'
  /** The function, or its sandbox, failed. */
  | 'function'
  /** Any other answer of a node. */
  | 'denied';

/** After the signal a process needs a moment to be gone, in which something may still be sent to it: so long at least. */
const dyingMs = 50;
/** The machine may stand still while a process goes: looked for so long after the signal. */
const dyingLookMs = 250;
/**
 * Until nothing is sent any more to a node that does not answer. Links ask after 100 ms without a sign, wait
 * 100 ms and look every 50 ms (`linkTimings`); as much again for the rules of a cut, that are put into one
 * namespace after the other.
 */
export const detectionMs = 500;

/** Kinds after which a node may be behind in the log until all agree again. */
const delaying: readonly FaultKind[] = [
  'death',
  'pause',
  'cut',
  'rough',
  'disk',
  'pressure',
  'restart',
];

export function mannerOf(request: RequestRecord): FailureManner {
  const { status, error, answeredBy } = request;
  if (isRefusedForItsPosition(request)) return 'behind';
  if (status >= 200 && status < 300) return 'function';
  if (status === 429 || status === 503 || error === 'not sent') return 'refused';
  if (status === 504 || (status === 0 && /time/i.test(error ?? ''))) return 'unanswered';
  // of the other node's death a node tells, of its own the balancer does
  if (status === 502) return answeredBy === 'node' ? 'lost' : 'broken';
  return status === 0 ? 'broken' : 'denied';
}

/** The fault that explains why this failed; null: none does. */
export function explanationOf(
  request: RequestRecord,
  { faults, load }: RunRecord,
): FaultRecord | null {
  const manner = mannerOf(request);
  return faults.find((fault) => explains(fault, request, manner, load.stalls)) ?? null;
}

function explains(
  fault: FaultRecord,
  request: RequestRecord,
  manner: FailureManner,
  stalls: readonly MachineStall[],
): boolean {
  if (fault.kind === 'outage' && overlap(spanOf(request), outageOf(fault))) return true;
  switch (manner) {
    case 'denied':
      return false;
    case 'behind':
      return delaying.includes(fault.kind) && overlap(spanOf(request), untilAgreed(fault));
    case 'refused':
      return fault.kind === 'pressure' && overlap(spanOf(request), pressureOf(fault));
    case 'function':
      return fault.kind === 'sandboxes' && overlap(spanOf(request), spanOfFault(fault));
    default:
      return diedUnder(fault, request, manner, stalls) || stoodStill(fault, request, manner);
  }
}

/** A node or the balancer died while it had the request. One that was told to stop loses nothing. */
function diedUnder(
  { kind, deaths }: FaultRecord,
  request: RequestRecord,
  manner: FailureManner,
  stalls: readonly MachineStall[],
): boolean {
  if (kind === 'restart') return false;
  return deaths.some(({ who, atMs, goneMs }) => {
    const look = { fromMs: atMs, untilMs: atMs + dyingLookMs };
    const lastMs = Math.max(goneMs, atMs + dyingMs + stalledMs(stalls, look));
    if (request.dueMs > lastMs || request.endMs < atMs) return false;
    if (typeof who === 'string') return request.through === who && manner !== 'lost';
    return mayHaveReached(request, who, manner);
  });
}

/** A node did not answer the others, or nobody, for a while. */
function stoodStill(fault: FaultRecord, request: RequestRecord, manner: FailureManner): boolean {
  const { kind, nodes, beganMs } = fault;
  const own = spanOf(request);
  const wasIn = nodes.some((node) => request.entered.includes(node));
  switch (kind) {
    case 'pause':
      // who is on a node that stands still stays there until it goes on
      if (wasIn && overlap(own, spanOfFault(fault))) return true;
      break;
    case 'pressure':
      return overlap(own, pressureOf(fault)) && reachedAny(request, nodes, manner);
    case 'cut':
      break;
    default:
      return false;
  }
  const unnoticed: Span = { fromMs: beganMs, untilMs: beganMs + detectionMs };
  // clients and balancers reach every node all the time: a cut breaks no connection of theirs
  if (kind === 'cut' && manner === 'broken') return false;
  return overlap(own, unnoticed) && reachedAny(request, nodes, manner);
}

function reachedAny(
  request: RequestRecord,
  nodes: readonly number[],
  manner: FailureManner,
): boolean {
  return nodes.some((node) => mayHaveReached(request, node, manner));
}

/** Was it given to this node, by its balancer or, for all we know, by the node it was given to? */
function mayHaveReached(request: RequestRecord, node: number, manner: FailureManner): boolean {
  const { entered, ranOn } = request;
  if (entered.includes(node) || ranOn === node) return true;
  if (ranOn !== null) return false;
  return entered.length === 0 || manner === 'lost' || manner === 'unanswered';
}

function untilAgreed({ beganMs, mendedMs, agreedMs }: FaultRecord): Span {
  return { fromMs: beganMs, untilMs: agreedMs ?? mendedMs };
}
