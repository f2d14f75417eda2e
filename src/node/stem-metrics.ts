/** What the source of sandboxes counts, as Prometheus text. */
import type { SandboxSource } from '../executor/index.js';
import { family } from '../lib/index.js';

export function stemMetrics(source: SandboxSource): string {
  const { stems, zygotes, made, fellThrough } = source.stats();
  const { ready, booting, counters } = stems;
  return [
    ...family('counter', 'hearth_sandboxes_made_total', 'from', made),
    ...family('counter', 'hearth_sandboxes_fell_through_total', 'from', fellThrough),
    ...family('gauge', 'hearth_stem_cells', 'state', { ready, booting }),
    ...family('counter', 'hearth_stem_cell_events_total', 'event', { ...counters }),
    ...family('gauge', 'hearth_zygotes', 'state', zygotes),
    '',
  ].join('\n');
}
