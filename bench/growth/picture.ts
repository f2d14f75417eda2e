/** The curves of growth as a picture that can be read on light and on dark paper. */
import { quantile } from '../harness/index.js';
import { type Found, messagesPerChangeMax } from './found.js';
import { type Curve, type PanelPlan, panel, panelHeight, panelWidth, sample } from './panel.js';
import { label, tag } from './svg.js';

const headHeight = 74;
const columns = 2;
const boundSizes = [3, 9, 27, 100, 300, 1000];

const legend: readonly (readonly [Curve['kind'], string])[] = [
  ['real', 'real processes'],
  ['simulated', 'simulated'],
  ['bound', 'promised: at most'],
];

export function pictureOf(real: readonly Found[], simulated: readonly Found[]): string {
  const curves = (value: (of: Found) => readonly number[]): Curve[] => [
    curve('real', real, value),
    curve('simulated', simulated, value),
  ];
  const bound = boundSizes.map((nodes) => ({ nodes, value: messagesPerChangeMax(nodes) }));
  const plans: readonly PanelPlan[] = [
    {
      title: 'CPU of the Master (simulated: its table)',
      unit: 'cores',
      curves: curves(({ masterCores }) => masterCores),
    },
    {
      title: "The Master's messages per warm registration",
      unit: '',
      curves: [
        { kind: 'bound', points: bound },
        ...curves(({ messagesPerChange }) => messagesPerChange),
      ],
    },
    {
      title: 'Sent by each node: gossip, routing table',
      unit: 'B/s',
      // who is alone tells nobody anything
      curves: curves(({ nodes, bytesPerS }) => (nodes > 1 ? bytesPerS : [])),
    },
    {
      title: 'Lookup, median (simulated: in the table)',
      unit: 'ms',
      curves: curves(({ lookupMs }) => lookupMs),
    },
  ];
  const width = columns * panelWidth;
  const height = headHeight + Math.ceil(plans.length / columns) * panelHeight;
  const panels = plans.map((plan, index) => {
    const x = (index % columns) * panelWidth;
    const y = headHeight + Math.floor(index / columns) * panelHeight;
    return tag('g', { transform: `translate(${x} ${y})` }, `\n${panel(plan)}\n`);
  });
  const heading = 'Growth: what a larger cluster costs, by its number of nodes';
  const parts = [
    `<style>${style}</style>`,
    tag('rect', { width, height, class: 'paper' }),
    label(20, 28, heading, { class: 'heading' }),
    ...legend.map(([kind, words], index) => {
      const x = 20 + index * 190;
      return sample(kind, x, 52) + label(x + 38, 56, words);
    }),
    ...panels,
  ];
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const root = { xmlns: 'http://www.w3.org/2000/svg', ...size, role: 'img', 'aria-label': heading };
  return `${tag('svg', root, `\n${parts.join('\n')}\n`)}\n`;
}

function curve(
  kind: Curve['kind'],
  found: readonly Found[],
  value: (of: Found) => readonly number[],
): Curve {
  return {
    kind,
    points: found.map((each) => ({ nodes: each.nodes, value: quantile(value(each), 0.5) })),
  };
}

const style = `
text { font: 11px "DejaVu Sans", Verdana, sans-serif; fill: #3d4a57 }
.heading { font-size: 16px; font-weight: bold; fill: #1f2933 }
.title { font-size: 12px; font-weight: bold; fill: #1f2933 }
.paper { fill: #ffffff }
.rule { stroke: #e1e6eb }
polyline { fill: none; stroke-width: 2 }
circle { stroke-width: 2 }
.real { stroke: #1769aa }
circle.real { fill: #1769aa }
.simulated { stroke: #b8520a; stroke-dasharray: 6 4 }
circle.simulated { fill: #ffffff; stroke-dasharray: none }
.bound { stroke: #8a94a0; stroke-dasharray: 2 3 }
@media (prefers-color-scheme: dark) {
text { fill: #b3bdc8 }
.heading, .title { fill: #e6eaee }
.paper { fill: #14191f }
.rule { stroke: #2a323b }
.real { stroke: #5ab0f0 }
circle.real { fill: #5ab0f0 }
.simulated { stroke: #f0a05a }
circle.simulated { fill: #14191f }
.bound { stroke: #7d8895 }
}
`;
