/** Successes a second as an area, failures as red bars before it, high enough to be seen even where few. */
import { axisName, colours, frame, panelHead, plotLeft, plotRight, valueLines } from './panels.js';
import { clock, linear, roundValues, type Scale } from './scales.js';
import type { Series } from './series.js';
import { element, title } from './svg.js';

const failureHeightMin = 4;
const failureWidthMin = 2;

export function ratePanel(series: Series, x: Scale, top: number, height: number): string {
  const { rates, rateEveryMs, lastsMs } = series;
  const perS = (count: number): number => (count * 1000) / rateEveryMs;
  const values = roundValues(Math.max(1, ...rates.map(({ done, failed }) => perS(done + failed))));
  const bottom = top + height;
  const y = linear(values.at(-1) ?? 1, bottom, top);
  const until = (fromMs: number): number => x(Math.min(fromMs + rateEveryMs, lastsMs));
  const steps = rates.map(({ fromMs, done }) => {
    return `V${y(perS(done)).toFixed(1)}H${until(fromMs).toFixed(1)}`;
  });
  const area = `M${plotLeft} ${bottom}${steps.join('')}L${plotRight} ${bottom}Z`;
  const failures = rates.flatMap(({ fromMs, failed }) => {
    if (failed === 0) return [];
    const barHeight = Math.max(failureHeightMin, bottom - y(perS(failed)));
    const width = Math.max(failureWidthMin, until(fromMs) - x(fromMs));
    const box = {
      x: Math.min(x(fromMs), plotRight - width),
      y: bottom - barHeight,
      width,
      height: barHeight,
    };
    const words = `${failed} failed at ${clock(fromMs)}`;
    return [element('rect', { ...box, fill: colours.failed }, title(words))];
  });
  return [
    valueLines(values, y),
    element('path', { d: area, fill: colours.done, 'fill-opacity': 0.85 }),
    ...failures,
    frame(top, height),
    axisName(top, height, 'requests per second'),
    panelHead(top, `Synchronous requests that ended, per ${rateEveryMs} ms`, [
      { words: 'succeeded', colour: colours.done },
      { words: 'failed', colour: colours.failed },
    ]),
  ].join('\n');
}
