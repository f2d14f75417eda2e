/**
 * The picture of a run: how many requests succeeded and failed, how long they took, and below, on the same
 * axis of time, what was done to the cluster meanwhile.
 */
import type { RunRecord } from '../records.js';
import { faultPanel } from './fault-panel.js';
import { latencyPanel } from './latency-panel.js';
import { frame, pictureWidth, plotLeft, plotRight } from './panels.js';
import { ratePanel } from './rate-panel.js';
import { clock, linear, roundTimes } from './scales.js';
import { seriesOf } from './series.js';
import { element, escaped, line, text } from './svg.js';

const headHeight = 56;
const rateHeight = 170;
const latencyHeight = 170;
const betweenPanels = 46;
const footHeight = 44;

export function timelineOf(record: RunRecord): string {
  const series = seriesOf(record.load);
  const x = linear(series.lastsMs, plotLeft, plotRight);
  const latencyTop = headHeight + rateHeight + betweenPanels;
  const faultTop = latencyTop + latencyHeight + betweenPanels;
  const faults = faultPanel(record, x, faultTop);
  const bottom = faultTop + faults.height;
  const times = roundTimes(series.lastsMs).map((atMs) => {
    return (
      line(x(atMs), headHeight, x(atMs), bottom, { class: 'grid' }) +
      text(x(atMs), bottom + 16, clock(atMs), { 'text-anchor': 'middle' })
    );
  });
  const height = bottom + footHeight;
  const parts = [
    `<style>${style}</style>`,
    element('rect', { width: pictureWidth, height, class: 'paper' }),
    text(plotLeft, 24, headline(record), { class: 'headline' }),
    faults.shades(headHeight, rateHeight),
    faults.shades(latencyTop, latencyHeight),
    ...times,
    ratePanel(series, x, headHeight, rateHeight),
    latencyPanel(series, record.load, x, latencyTop, latencyHeight),
    faults.drawn,
    frame(faultTop, faults.height),
    text((plotLeft + plotRight) / 2, bottom + 34, 'time since the load began, minutes:seconds', {
      'text-anchor': 'middle',
    }),
  ];
  const size = { width: pictureWidth, height, viewBox: `0 0 ${pictureWidth} ${height}` };
  const name = escaped(headline(record));
  return `${element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', ...size, role: 'img', 'aria-label': name },
    `\n${parts.filter((part) => part !== '').join('\n')}\n`,
  )}\n`;
}

function headline({ nodes, rate, seed, sandbox }: RunRecord): string {
  return `Chaos: ${nodes} nodes, ${rate} requests a second, sandbox ${sandbox}, seed ${seed}`;
}

const style = [
  'text { font: 11px "DejaVu Sans", Verdana, sans-serif; fill: #1f2933 }',
  '.headline { font-size: 15px; font-weight: bold }',
  '.panel { font-size: 12px; font-weight: bold }',
  '.paper { fill: #fdfdfb }',
  '.frame { fill: none; stroke: #9aa5b1 }',
  '.grid { stroke: #dde2e7; stroke-width: 1 }',
].join('\n');
