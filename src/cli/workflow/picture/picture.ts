/** An execution as a picture: the graph of its definition, each state coloured by what its history tells. Pure: the same in, the same out. */

import type { HistoryEvent } from '../states-pages.js';
import { storyOf } from '../visits.js';
import { durationText, shortened } from '../words.js';
import { type Graph, type GraphEdge, type GraphNode, graphOf } from './graph.js';
import { type Layout, type Line, layoutOf, type PlacedLine } from './layout.js';
import { fitted, lettering, widthOf } from './lettering.js';
import { style } from './style.js';
import { type Summaries, type Summary, summariesOf, wayOf } from './summary.js';
import { label, tag, tooltip } from './svg.js';

export interface PictureOptions {
  readonly title?: string;
  /** Under it, before the time at which it began. */
  readonly subtitle?: string;
}

/** A drawing and the room that it takes. */
interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

/** A state with what stands in it, drawn but for its place. */
interface DrawnState extends Drawing {
  readonly node: GraphNode;
}

const margin = 24;
const headHeight = 46;
const padding = 14;
const branchGap = 14;
const boxWidthMin = 190;
const boxWidthMax = 300;
const nameBaseline = 20;
const lineHeight = 15;
const labelWidthMax = 195;
const valueCharactersMax = 2000;

/** `events` as GetExecutionHistory gives them, all or the first; none gives the graph alone. */
export function workflowSvg(
  definition: unknown,
  events: readonly HistoryEvent[],
  { title = 'state machine', subtitle = '' }: PictureOptions = {},
): string {
  const story = storyOf(events);
  const drawn = drawGraph(graphOf(definition), summariesOf(story), true);
  const took =
    story.startedMs === null || story.endedMs === null
      ? ''
      : ` in ${durationText(story.endedMs - story.startedMs)}`;
  const begun = story.startedMs === null ? '' : new Date(story.startedMs).toISOString();
  const told = [subtitle, begun].filter((part) => part !== '').join(' · ');
  const width = Math.max(drawn.width + 2 * margin, 480);
  const height = drawn.height + headHeight + 2 * margin;
  const heading = fitted(title, lettering.heading, 800) + took;
  const size = { width, height, viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}` };
  const root = { xmlns: 'http://www.w3.org/2000/svg', ...size, role: 'img', 'aria-label': heading };
  const left = (width - drawn.width) / 2;
  const parts = [
    `<style>${style}</style>`,
    arrowHeads,
    tag('rect', { width, height, class: 'paper' }),
    label(margin, 30, fitted(heading, lettering.heading, width - 2 * margin), { class: 'heading' }),
    label(margin, 48, fitted(told, lettering.small, width - 2 * margin), { class: 'small' }),
    tag('g', { transform: `translate(${left.toFixed(1)} ${headHeight + margin})` }, drawn.svg),
  ];
  return `${tag('svg', root, `\n${parts.join('\n')}\n`)}\n`;
}

const ways = ['untaken', 'taken', 'caught'] as const;
const arrowHeads = tag(
  'defs',
  {},
  ways
    .map((way) =>
      tag(
        'marker',
        {
          id: `arrow-${way}`,
          viewBox: '0 0 8 8',
          refX: 7,
          refY: 4,
          markerWidth: 7,
          markerHeight: 7,
          orient: 'auto',
        },
        tag('path', { d: 'M0 0L8 4L0 8Z', class: `head ${way}` }),
      ),
    )
    .join(''),
);

function drawGraph(graph: Graph, summaries: Summaries, isWhole: boolean): Drawing {
  const first = (node: GraphNode): number => (node.key === graph.startKey ? 0 : 1);
  const states = [...graph.nodes]
    .sort((a, b) => first(a) - first(b))
    .map((node) => drawState(node, summaries));
  const edges = withOneLoopEach(graph.edges);
  const loops = new Map(
    edges.flatMap((edge) => (edge.from === edge.to ? [[edge.from, edge]] : [])),
  );
  const side = (key: string): number => {
    const loop = loops.get(key);
    return loop === undefined ? 0 : loopRoom(labelOf(loop));
  };
  const boxes = states.map(({ node: { key }, width, height }) => {
    return { key, width: width + 2 * side(key), height };
  });
  const begin = isWhole ? [{ key: beginKey, width: 16, height: 16 }] : [];
  const beginLines: Line[] = isWhole
    ? [{ from: beginKey, to: graph.startKey, labelWidth: 0, farLabelWidth: 0 }]
    : [];
  const names = new Map(graph.nodes.map(({ key, name }) => [key, name]));
  const labels = edges.map((edge) => labelOf(edge));
  const lines = edges.map(({ from, to }, at) => ({
    from,
    to,
    labelWidth: textWidth(labels[at] ?? ''),
    farLabelWidth: textWidth(farLabel(labels[at] ?? '', names.get(to) ?? '')),
  }));
  const layout = layoutOf([...begin, ...boxes], [...beginLines, ...lines]);
  const isBegun = summaries.states.has(graph.startKey);
  const drawnLines = layout.lines.map((line, at) => {
    const edge = edges[at - begin.length];
    if (edge === undefined) return drawLine(line, isBegun ? 'taken' : 'untaken');
    return drawEdge(edge, line, labels[at - begin.length] ?? '', summaries, {
      target: names.get(edge.to) ?? '',
      layout,
      states,
    });
  });
  const placed = states.map(({ node, svg }) => {
    const { x, y } = layout.boxes.get(node.key) ?? { x: 0, y: 0 };
    const left = x + side(node.key);
    return tag('g', { transform: `translate(${left.toFixed(1)} ${y.toFixed(1)})` }, svg);
  });
  const start = layout.boxes.get(beginKey);
  const dot =
    start === undefined
      ? ''
      : tag('circle', { cx: start.x + 8, cy: start.y + 8, r: 7, class: 'begin' });
  const { width, height } = layout;
  return { width, height, svg: `${drawnLines.join('\n')}\n${dot}${placed.join('\n')}` };
}

/** No state has it: names are not empty. */
const beginKey = '';

function drawEdge(
  edge: GraphEdge,
  line: PlacedLine,
  words: string,
  { ways: gone }: Summaries,
  around: { target: string; layout: Layout; states: readonly DrawnState[] },
): string {
  const isCatch = edge.kind === 'catch';
  const way = !gone.has(wayOf(edge.from, edge.to, isCatch))
    ? 'untaken'
    : isCatch
      ? 'caught'
      : 'taken';
  const full = `${edge.label === '' ? edge.kind : edge.label} → ${around.target}`;
  if (edge.from === edge.to)
    return tag('g', {}, tooltip(full) + selfLoop(edge, around, way, words));
  const shown = line.arrives ? words : farLabel(words, around.target);
  const at = line.label;
  const text =
    at === null
      ? ''
      : label(at.x, at.y + 4, shown, { class: `label ${way}`, 'text-anchor': 'middle' });
  return tag('g', {}, tooltip(full) + drawLine(line, way, isCatch) + text);
}

function drawLine({ points, label: at }: PlacedLine, way: string, isCatch = false): string {
  const d: string[] = [];
  for (const [index, { x, y }] of points.entries()) {
    const before = points[index - 1];
    if (before === undefined) d.push(`M${x.toFixed(1)} ${y.toFixed(1)}`);
    else if (index % 2 === 0) {
      const middle = ((before.y + y) / 2).toFixed(1);
      d.push(
        `C${before.x.toFixed(1)} ${middle} ${x.toFixed(1)} ${middle} ${x.toFixed(1)} ${y.toFixed(1)}`,
      );
    } else if (y !== before.y) {
      // the words stand there
      if (at !== null && before.x === at.x && isBetween(at.y, before.y, y)) {
        const half = before.y < y ? labelHalf : -labelHalf;
        d.push(
          `L${x.toFixed(1)} ${(at.y - half).toFixed(1)}M${x.toFixed(1)} ${(at.y + half).toFixed(1)}`,
        );
      }
      d.push(`L${x.toFixed(1)} ${y.toFixed(1)}`);
    }
  }
  const attributes = {
    d: d.join(''),
    class: `line ${way}${isCatch ? ' catch' : ''}`,
    'marker-end': `url(#arrow-${way})`,
  };
  return tag('path', attributes);
}

function isBetween(value: number, one: number, other: number): boolean {
  return value >= Math.min(one, other) && value <= Math.max(one, other);
}

/** Round the right side of its state. */
function selfLoop(
  { from, kind }: GraphEdge,
  { layout, states }: { layout: Layout; states: readonly DrawnState[] },
  way: string,
  words: string,
): string {
  const corner = layout.boxes.get(from);
  const state = states.find(({ node }) => node.key === from);
  if (corner === undefined || state === undefined) return '';
  const x = corner.x + loopRoom(words) + state.width;
  const [low, high] = [corner.y + state.height * 0.75, corner.y + state.height * 0.25];
  const far = x + loopWidth * 1.2;
  const d = `M${x.toFixed(1)} ${low.toFixed(1)}C${far.toFixed(1)} ${low.toFixed(1)} ${far.toFixed(1)} ${high.toFixed(1)} ${x.toFixed(1)} ${high.toFixed(1)}`;
  const line = tag('path', {
    d,
    class: `line ${way}${kind === 'catch' ? ' catch' : ''}`,
    'marker-end': `url(#arrow-${way})`,
  });
  const at = { x: x + loopWidth, y: corner.y + state.height / 2 + 4 };
  return line + label(at.x, at.y, words, { class: `label ${way}` });
}

/** What leads from a state to itself, as one: there is room for one line. */
function withOneLoopEach(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  const loops = new Map<string, GraphEdge>();
  for (const edge of edges) {
    if (edge.from !== edge.to) continue;
    const other = loops.get(edge.from);
    const words = other === undefined ? edge.label : `${other.label}, ${edge.label}`;
    loops.set(edge.from, { ...(other ?? edge), label: words });
  }
  return [...edges.filter(({ from, to }) => from !== to), ...loops.values()];
}

/** Beside a state, on each side, so that it stays in the middle. */
function loopRoom(words: string): number {
  return loopWidth + textWidth(words);
}

function labelOf({ label: words, kind }: GraphEdge): string {
  return kind === 'next' ? '' : labelText(words === '' ? kind : words);
}

function farLabel(words: string, target: string): string {
  return labelText(`${words} → ${target}`);
}

function labelText(words: string): string {
  return fitted(words, lettering.small, labelWidthMax);
}

function textWidth(words: string): number {
  return words === '' ? 0 : widthOf(words, lettering.small) + 10;
}

const loopWidth = 30;
/** Half of the room that a label takes of its line. */
const labelHalf = 9;

function drawState(node: GraphNode, summaries: Summaries): DrawnState {
  const summary = summaries.states.get(node.key);
  const inside = node.inside.map((graph) => drawGraph(graph, summaries, false));
  const lines = linesOf(node, summary);
  const headHeight = nameBaseline + lines.length * lineHeight + 9;
  const [note, status] = lines.map(({ words }) => words);
  const textWidthWanted = Math.max(
    widthOf(node.name, lettering.name),
    widthOf(note ?? '', lettering.small),
    widthOf(status ?? '', lettering.bold),
  );
  const wanted = textWidthWanted + 2 * padding;
  const own = Math.max(boxWidthMin, Math.min(boxWidthMax, wanted));
  const innerWidth =
    inside.reduce((sum, { width }) => sum + width + 2 * padding, 0) +
    Math.max(0, inside.length - 1) * branchGap;
  const width = inside.length === 0 ? own : Math.max(own, innerWidth + 2 * padding);
  const innerHeight = Math.max(0, ...inside.map(({ height }) => height)) + 2 * padding;
  const height = headHeight + (inside.length === 0 ? 0 : innerHeight + padding);
  const colour = summary?.status.replace(' ', '-') ?? 'untouched';
  const room = width - 2 * padding;
  const svg = [
    tooltip(tooltipOf(node, summary)),
    tag('rect', {
      width,
      height,
      rx: 7,
      class: `box ${colour} ${node.inside.length > 0 ? 'holder' : ''}`,
    }),
    label(padding, nameBaseline, fitted(node.name, lettering.name, room), { class: 'name' }),
    ...lines.map(({ words, kind }, at) =>
      label(
        padding,
        nameBaseline + (at + 1) * lineHeight,
        kind === 'status' ? words : fitted(words, lettering.small, room),
        { class: kind === 'status' ? `status ${colour}` : 'small' },
      ),
    ),
    ...branches(inside, headHeight, innerHeight, (width - innerWidth) / 2, node.type === 'Map'),
  ];
  return { node, width, height, svg: svg.join('') };
}

function branches(
  inside: readonly Drawing[],
  top: number,
  height: number,
  left: number,
  isMap: boolean,
): string[] {
  let x = left;
  return inside.map((branch) => {
    const width = branch.width + 2 * padding;
    const frame = { x, y: top, width, height, rx: 5, class: isMap ? 'items' : 'branch' };
    const at = `translate(${(x + padding).toFixed(1)} ${top + padding})`;
    x += width + branchGap;
    return tag('rect', frame) + tag('g', { transform: at }, branch.svg);
  });
}

interface TextLine {
  readonly words: string;
  readonly kind: 'status' | 'small';
}

function linesOf({ type, note, inside }: GraphNode, summary: Summary | undefined): TextLine[] {
  const what = note === '' ? type : `${type} · ${note}`;
  if (summary === undefined) return [{ words: what, kind: 'small' }];
  const { status, tookMs, attempts, visits, last } = summary;
  const parts = [
    `${marks[status]} ${status}`,
    ...(visits > 1 ? [`${visits} times`] : []),
    ...(tookMs === null ? [] : [`${visits > 1 ? '≤ ' : ''}${durationText(tookMs)}`]),
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
  ];
  const lines: TextLine[] = [
    { words: what, kind: 'small' },
    { words: parts.join(' · '), kind: 'status' },
  ];
  if (type === 'Map' && last.items.begun > 0) {
    const { begun, succeeded, failed } = last.items;
    const bad = failed > 0 ? `, ${failed} failed` : '';
    lines.push({ words: `${succeeded} of ${begun} items${bad}`, kind: 'small' });
  }
  if (last.error !== null) lines.push({ words: last.error, kind: 'small' });
  if (inside.length > 0) return lines;
  if (last.input !== null) lines.push({ words: `in ${last.input}`, kind: 'small' });
  if (last.output !== null) lines.push({ words: `out ${last.output}`, kind: 'small' });
  return lines;
}

/** Who sees no colours sees these. */
const marks: Readonly<Record<Summary['status'], string>> = {
  succeeded: '✓',
  caught: '↷',
  running: '▶',
  failed: '✕',
  'timed out': '✕',
  aborted: '■',
};

function tooltipOf({ name, type, note }: GraphNode, summary: Summary | undefined): string {
  const head = `${name} (${note === '' ? type : `${type}, ${note}`})`;
  if (summary === undefined) return `${head}\nnot entered`;
  const { status, last } = summary;
  const lines: [string, string | null][] = [
    ['entered', new Date(last.enteredMs).toISOString()],
    ['exited', last.exitedMs === null ? null : new Date(last.exitedMs).toISOString()],
    ['input', last.input],
    ['output', last.output],
    ['error', last.error],
    ['cause', last.cause],
  ];
  const told = lines.flatMap(([what, value]) =>
    value === null ? [] : [`${what}: ${shortened(value, valueCharactersMax)}`],
  );
  return [head, status, ...told].join('\n');
}
