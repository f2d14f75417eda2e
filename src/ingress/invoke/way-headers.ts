/** What every answer of a function says of its way: who ran it, how it got its sandbox, and how long it took. */
import type { RoutedOutcome } from '../../routing/index.js';
import type { RequestId } from '../../types/index.js';

/** Known when an answer begins. */
export type Way = Pick<RoutedOutcome, 'node' | 'start' | 'hops'>;

export const durationHeader = 'x-hearth-duration-ms';

/** With what the answer says besides, which goes first: to spread a second object takes some microseconds. */
export function withWay<Value>(
  headers: Readonly<Record<string, Value>>,
  { node, start, hops, durationMs }: Way & Pick<RoutedOutcome, 'durationMs'>,
  requestId: RequestId,
): Record<string, Value | string> {
  return {
    ...headers,
    'x-amzn-requestid': requestId,
    'x-hearth-node': node,
    'x-hearth-start': start,
    'x-hearth-hops': String(hops),
    [durationHeader]: durationText(durationMs),
  };
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
