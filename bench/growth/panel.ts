/** One panel of the picture: curves over the number of nodes, both axes logarithmic. */
import { type Attributes, label, tag } from './svg.js';

export interface Curve {
  /** The class that colours it. */
  readonly kind: 'real' | 'simulated' | 'bound';
  readonly points: readonly Point[];
}

export interface Point {
  readonly nodes: number;
  readonly value: number;
}

export interface PanelPlan {
  readonly title: string;
  readonly unit: string;
  readonly curves: readonly Curve[];
}

export const panelWidth = 400;
export const panelHeight = 250;
const left = 58;
const right = 26;
const top = 36;
const bottom = 34;
const nodesMax = 1000;
const shownNodes = [1, 3, 9, 27, 100, 1000];

export function panel({ title, unit, curves }: PanelPlan): string {
  const drawn = curves.map((curve) => ({ ...curve, points: curve.points.filter(isShown) }));
  const values = drawn.flatMap(({ points }) => points.map(({ value }) => value));
  const [from, to] = decades(values);
  const plotWidth = panelWidth - left - right;
  const plotHeight = panelHeight - top - bottom;
  const x = (nodes: number): number => left + (plotWidth * Math.log(nodes)) / Math.log(nodesMax);
  const y = (value: number): number => {
    return top + plotHeight * (1 - (Math.log10(value) - from) / (to - from));
  };
  const exponents = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return [
    label(left, 20, `${title}${unit === '' ? '' : `, ${unit}`}`, { class: 'title' }),
    ...exponents.map((exponent) => {
      const at = y(10 ** exponent);
      const words = (10 ** exponent).toLocaleString('en', { maximumFractionDigits: 9 });
      return (
        rule(left, at, panelWidth - right, at) +
        label(left - 6, at + 4, words, { 'text-anchor': 'end' })
      );
    }),
    ...shownNodes.map((nodes) => {
      const at = x(nodes);
      const words = nodes.toLocaleString('en');
      return (
        rule(at, top, at, panelHeight - bottom) +
        label(at, panelHeight - bottom + 16, words, { 'text-anchor': 'middle' })
      );
    }),
    ...drawn.map(({ kind, points }) => curveOf(kind, points, x, y)),
  ].join('\n');
}

/** As the legend shows it. */
export function sample(kind: Curve['kind'], x: number, y: number): string {
  const width = 28;
  const points = `${x},${y} ${x + width},${y}`;
  return tag('polyline', { points, class: kind }) + dot(kind, x + width / 2, y);
}

function curveOf(
  kind: Curve['kind'],
  points: readonly Point[],
  x: (nodes: number) => number,
  y: (value: number) => number,
): string {
  const at = points.map(({ nodes, value }) => [x(nodes), y(value)] as const);
  const text = at.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ');
  return (
    tag('polyline', { points: text, class: kind }) +
    at.map(([px, py]) => dot(kind, px, py)).join('')
  );
}

function dot(kind: Curve['kind'], cx: number, cy: number): string {
  return kind === 'bound' ? '' : tag('circle', { cx, cy, r: 3.5, class: kind });
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
  const attributes: Attributes = { x1, y1, x2, y2, class: 'rule' };
  return tag('line', attributes);
}

/** A logarithm has no place for what costs nothing, or was not to be had. */
function isShown({ value }: Point): boolean {
  return Number.isFinite(value) && value > 0;
}

/** Exponents of ten around all values, at least one decade. */
function decades(values: readonly number[]): [number, number] {
  const logs = values.map(Math.log10);
  const from = Math.floor(Math.min(...logs));
  return [from, Math.max(from + 1, Math.ceil(Math.max(...logs)))];
}
