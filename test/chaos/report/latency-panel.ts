/** Median and 99th percentile on a scale of orders of magnitude, and when the machine itself stood still. */
import type { LoadRecord } from '../records.js';
import { axisName, colours, frame, panelHead, valueLines } from './panels.js';
import { clock, logarithmic, powersOfTen, type Scale } from './scales.js';
import type { LatencyBucket, Series } from './series.js';
import { element, title } from './svg.js';

const stallHeight = 7;

export function latencyPanel(
  series: Series,
  { beganMs, stalls }: LoadRecord,
  x: Scale,
  top: number,
  height: number,
): string {
  const { latencies, latencyEveryMs, lastsMs } = series;
  const values = powersOfTen(Math.max(1, ...latencies.map(({ slowMs }) => slowMs)));
  const y = logarithmic(1, values.at(-1) ?? 10, top + height, top);
  const curve = (of: (bucket: LatencyBucket) => number, stroke: string): string => {
    const steps = latencies.map((bucket, index) => {
      const isNext = latencies[index - 1]?.fromMs === bucket.fromMs - latencyEveryMs;
      const middle = x(Math.min(bucket.fromMs + latencyEveryMs / 2, lastsMs));
      // a line over a time without any success would look like an answer
      const stroke = isNext ? 'L' : 'M';
      return `${stroke}${middle.toFixed(1)} ${y(of(bucket)).toFixed(1)}`;
    });
    const look = { fill: 'none', stroke, 'stroke-width': 1.6, 'stroke-linecap': 'round' };
    return steps.length === 0 ? '' : element('path', { d: steps.join(''), ...look });
  };
  const still = stalls.flatMap(({ atMs, lagMs }) => {
    const untilMs = atMs - beganMs;
    if (untilMs < 0 || untilMs - lagMs > lastsMs) return [];
    const until = x(Math.min(untilMs, lastsMs));
    const width = Math.max(1.5, until - x(Math.max(0, untilMs - lagMs)));
    const box = { x: until - width, y: top, width, height: stallHeight, fill: colours.stall };
    const words = `the machine stood still for ${Math.round(lagMs)} ms at ${clock(untilMs)}`;
    return [element('rect', box, title(words))];
  });
  return [
    valueLines(values, y),
    ...still,
    curve(({ medianMs }) => medianMs, colours.median),
    curve(({ slowMs }) => slowMs, colours.slow),
    frame(top, height),
    axisName(top, height, 'milliseconds'),
    panelHead(top, `How long those took that succeeded, per ${latencyEveryMs} ms`, [
      { words: '99th percentile', colour: colours.slow },
      { words: 'median', colour: colours.median },
      { words: 'the machine itself stood still', colour: colours.stall },
    ]),
  ].join('\n');
}
