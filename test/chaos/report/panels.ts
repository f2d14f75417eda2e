/** What all panels of the picture share: their place, their frame, their lines and their legends. */
import type { Scale } from './scales.js';
import { element, line, text } from './svg.js';

export const pictureWidth = 1200;
export const plotLeft = 64;
export const plotRight = 1184;

export const colours = {
  done: '#7fb8a4',
  failed: '#c81e1e',
  slow: '#b45309',
  median: '#1d4ed8',
  stall: '#6b7280',
} as const;

export interface LegendEntry {
  readonly words: string;
  readonly colour: string;
}

export function frame(top: number, height: number): string {
  return element('rect', {
    x: plotLeft,
    y: top,
    width: plotRight - plotLeft,
    height,
    class: 'frame',
  });
}

/** What the panel shows, above it, and what its colours are at the right. */
export function panelHead(top: number, words: string, legend: readonly LegendEntry[]): string {
  const letterWidth = 6.6;
  let right = plotRight;
  const entries = [...legend].reverse().map((entry) => {
    const from = right - entry.words.length * letterWidth - 16;
    right = from - 14;
    const box = { x: from, y: top - 17, width: 11, height: 11, fill: entry.colour };
    return element('rect', box) + text(from + 16, top - 7, entry.words);
  });
  return text(plotLeft, top - 7, words, { class: 'panel' }) + entries.join('');
}

/** Lines over the whole width, with their values at the left. */
export function valueLines(values: readonly number[], y: Scale): string {
  return values
    .map((value) => {
      const words = value.toLocaleString('en');
      return (
        line(plotLeft, y(value), plotRight, y(value), { class: 'grid' }) +
        text(plotLeft - 6, y(value) + 4, words, { 'text-anchor': 'end' })
      );
    })
    .join('');
}

/** What the values of an axis are, along it. */
export function axisName(top: number, height: number, words: string): string {
  const [x, y] = [14, top + height / 2];
  return text(x, y, words, { 'text-anchor': 'middle', transform: `rotate(-90 ${x} ${y})` });
}
