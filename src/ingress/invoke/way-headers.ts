/** What every answer of a function says of its way: who ran it, how it got its sandbox, and how long it took. */
import type { RoutedOutcome } from '../../routing/index.js';

/** Known when an answer begins. */
export type Way = Pick<RoutedOutcome, 'node' | 'start' | 'hops'>;

export const durationHeader = 'x-hearth-duration-ms';

export function wayHeaders(
  outcome: Way & Pick<RoutedOutcome, 'durationMs'>,
): Record<string, string> {
  const { node, start, hops, durationMs } = outcome;
  return {
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
