/** Memory: of a node that has nothing to do, of warm sandboxes that have frozen, and of a node after load. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  type HearthNodes,
  type Line,
  lineOf,
  type MeasureOptions,
  progress,
  rollupMb,
  startHearth,
  withPlace,
  wrk,
} from '../harness/index.js';
import { frozenSandboxesMb } from './frozen-sandboxes.js';
import { javascript, python } from './functions.js';

const portBase = 26_220;
const aimsMb = { idleNode: 120, javascript: 45, python: 12 };
/** When what its start has left is collected. */
const restMs = 60_000;
const shortRestMs = 10_000;
const idleNodes = 3;
const connections = 64;

/** `count`: sandboxes of each runtime. */
export async function measure({ count, short }: MeasureOptions): Promise<Line[]> {
  const idleMs = short ? shortRestMs : restMs;
  const idle = { rssMb: [] as number[], pssMb: [] as number[] };
  for (let number = 0; number < (short ? 1 : idleNodes); number++) {
    await withNode(async (nodes) => {
      await delay(idleMs);
      idle.rssMb.push(rssMb(nodes));
      idle.pssMb.push(rollupMb([nodes.first.pid], 'Pss'));
    });
    progress(`an idle node: ${idle.rssMb.at(-1)?.toFixed(0)} MB`);
  }
  const lines = [
    lineOf(`idle node, resident after ${idleMs / 1000} s`, 'MB', idle.rssMb, [
      '<=',
      aimsMb.idleNode,
    ]),
    lineOf('... its part of what processes share', 'MB', idle.pssMb, ['<=', aimsMb.idleNode]),
  ];
  await withNode(async (nodes) => {
    for (const [language, its, aimMb] of [
      ['Node.js', javascript, aimsMb.javascript],
      ['Python', python, aimsMb.python],
    ] as const) {
      const each = await frozenSandboxesMb(nodes, its, count);
      progress(`${each.length} frozen ${language} sandboxes`);
      lines.push(lineOf(`frozen ${language} sandbox, its own`, 'MB', each, ['<=', aimMb]));
    }
  });
  await withNode(async (nodes) => lines.push(...(await afterLoad(nodes, short ? 2 : 30))));
  return lines;
}

/** Resident after so long under full load, and after as long a rest. */
async function afterLoad(nodes: HearthNodes, seconds: number): Promise<Line[]> {
  const { name, files, runtime, handler } = javascript;
  await nodes.deploy(name, files, { runtime, handler });
  const { origin } = nodes.first;
  const body = '{"sleepMs":0}';
  const load = { origin, path: nodes.invocation(name), body, connections, seconds };
  const { errors, requestsPerS } = await wrk(load);
  progress(`load: ${Math.round(requestsPerS)} requests/s, ${errors} errors`);
  const loadedMb = rssMb(nodes);
  await delay(seconds * 1000);
  return [
    lineOf(`node after ${seconds} s of load, resident`, 'MB', [loadedMb]),
    lineOf(`... ${seconds} s later`, 'MB', [rssMb(nodes)]),
  ];
}

function withNode<T>(use: (nodes: HearthNodes) => Promise<T>): Promise<T> {
  return withPlace(portBase, async (place) => use(await startHearth(place)));
}

function rssMb({ first }: HearthNodes): number {
  return rollupMb([first.pid], 'Rss');
}
