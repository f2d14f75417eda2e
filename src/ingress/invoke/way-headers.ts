/** What every answer of a function says of its way: who ran it, how it got its sandbox, and how long it took. */
import type { RoutedOutcome } from '../../routing/index.js';
import type { RequestId } from '../../types/index.js';

/** Known when an answer begins. */
export type Way = Pick<RoutedOutcome, 'node' | 'start' | 'hops'>;

export const durationHeader = 'x-hearth-duration-ms';

/** Put behind what the answer says besides: a copy with more members than it was made of takes microseconds. */
export function addWay(
  headers: Record<string, unknown>,
  { node, start, hops, durationMs }: Way & Pick<RoutedOutcome, 'durationMs'>,
  requestId: RequestId,
): void {
  headers['x-amzn-requestid'] = requestId;
  headers['x-hearth-node'] = node;
  headers['x-hearth-start'] = start;
  headers['x-hearth-hops'] = String(hops);
  headers[durationHeader] = durationText(durationMs);
}

/** Of an answer that streams: how long it took is a trailer. */
export function streamedWayHeaders({ node, start, hops }: Way): Record<string, string> {
  return {
    'x-hearth-node': node,
    'x-hearth-start': start,
    'x-hearth-hops': String(hops),
    trailer: durationHeader,
  };
}

export function durationText(durationMs: number): string {
  return durationMs.toFixed(3);
}
