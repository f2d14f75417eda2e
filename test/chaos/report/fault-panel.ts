/** Every fault as a bar with its name, from its begin until it was mended, and paler until all agreed again. */
import type { FaultKind, FaultRecord, RunRecord } from '../records.js';
import { faultWords } from './fault-words.js';
import { placed } from './lanes.js';
import { type LegendEntry, panelHead, plotLeft, plotRight } from './panels.js';
import type { Scale } from './scales.js';
import { element, text, title } from './svg.js';

const laneHeight = 17;
const barHeight = 11;
const marginHeight = 8;
/** What lasts shorter than that would not be seen. */
const barWidthMin = 3;

const families = {
  processes: { words: 'processes', colour: '#c2410c' },
  network: { words: 'network', colour: '#6d28d9' },
  machine: { words: 'clock, disk, memory', colour: '#0f766e' },
  restart: { words: 'balancers, orderly restarts', colour: '#475569' },
  death: { words: 'death', colour: '#111827' },
} as const satisfies Record<string, LegendEntry>;

const colourOf: { readonly [Kind in FaultKind]: string } = {
  death: families.processes.colour,
  pause: families.processes.colour,
  sandboxes: families.processes.colour,
  outage: families.processes.colour,
  cut: families.network.colour,
  rough: families.network.colour,
  clock: families.machine.colour,
  disk: families.machine.colour,
  pressure: families.machine.colour,
  balancer: families.restart.colour,
  restart: families.restart.colour,
};

export interface FaultPanel {
  readonly height: number;
  readonly drawn: string;
  /** The same times as pale stripes over another panel. */
  shades(top: number, height: number): string;
}

export function faultPanel({ faults, load }: RunRecord, x: Scale, top: number): FaultPanel {
  const at = (ms: number): number => Math.min(plotRight, Math.max(plotLeft, x(ms - load.beganMs)));
  const end = (fault: FaultRecord): number => at(fault.agreedMs ?? fault.mendedMs);
  const bars = faults.map((fault) => {
    const from = at(fault.beganMs);
    return { from, until: Math.max(from + barWidthMin, end(fault)), label: fault.name, fault };
  });
  const places = placed(bars, plotRight);
  const lanes = Math.max(1, ...places.map(({ lane }) => lane + 1));
  const drawn = places.map(({ from, until, label, lane, labelX, labelAnchor }, index) => {
    const fault = faults[index];
    if (fault === undefined) return '';
    const y = top + marginHeight + lane * laneHeight;
    const fill = colourOf[fault.kind];
    const width = Math.max(barWidthMin, at(fault.mendedMs) - from);
    const deaths = fault.deaths.map(({ atMs }) => {
      const box = { x: at(atMs) - 1, y: y - 2, width: 2, height: barHeight + 4 };
      return element('rect', { ...box, fill: families.death.colour });
    });
    const inner = [
      title(faultWords(fault, load.beganMs)),
      element('rect', { x: from, y, width: until - from, height: barHeight, fill, opacity: 0.35 }),
      element('rect', { x: from, y, width, height: barHeight, fill }),
      ...deaths,
      text(labelX, y + barHeight - 1, label, { 'text-anchor': labelAnchor }),
    ];
    return element('g', { class: 'fault' }, inner.join(''));
  });
  const head = panelHead(
    top,
    'Faults, paler until all nodes agreed again',
    Object.values(families),
  );
  return {
    height: 2 * marginHeight + lanes * laneHeight,
    drawn: [head, ...drawn].join('\n'),
    shades: (panelTop, height) =>
      faults
        .map((fault) => {
          const from = at(fault.beganMs);
          const width = Math.max(1, at(fault.mendedMs) - from);
          const box = { x: from, y: panelTop, width, height };
          return element('rect', { ...box, fill: colourOf[fault.kind], opacity: 0.09 });
        })
        .join(''),
  };
}
