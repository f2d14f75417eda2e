/** How the rollout stands, and which releases the nodes run, as Prometheus text. */
import { series, single } from '../lib/index.js';
import type { RolloutState } from '../rollout/index.js';
import type { ClusterView } from '../types/index.js';

/** `view` is null before the node has joined its cluster. */
export function rolloutMetrics(state: RolloutState, view: ClusterView | null): string {
  const { current, refused, formatLevel } = state;
  const nodes = new Map<string, number>();
  for (const { status, release } of view?.nodes ?? []) {
    if (status === 'alive') nodes.set(release, (nodes.get(release) ?? 0) + 1);
  }
  const step = {
    step: current?.step ?? 'none',
    from: current?.from.version ?? '',
    to: current?.release.version ?? '',
  };
  return [
    ...series('gauge', 'hearth_rollout_step', [[step, 1]]),
    ...single('gauge', 'hearth_rollout_paused', Number((current?.paused ?? null) !== null)),
    ...single('gauge', 'hearth_rollout_refused', refused.length),
    ...single('gauge', 'hearth_format_level', formatLevel),
    ...series(
      'gauge',
      'hearth_nodes',
      [...nodes].map(([release, count]) => [{ release }, count]),
    ),
    '',
  ].join('\n');
}
