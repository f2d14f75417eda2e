/** Warm invocations of an echo of a small JSON, in turn with every peer that this machine can have. */
import { type Line, type MeasureOptions, withPlace } from '../harness/index.js';
import { measureOneAtATime } from './one-at-a-time.js';
import { measureOneNode } from './one-node.js';
import { measureThreeNodes } from './three-nodes.js';

const portBase = 26_000;

/** In short: one node beside a bare server and the Redis list. */
export async function measure(options: MeasureOptions): Promise<Line[]> {
  const sections = options.short
    ? [measureOneNode]
    : [measureOneNode, measureThreeNodes, measureOneAtATime];
  const lines: Line[] = [];
  // each with the machine for itself: an idle cluster is not nothing
  for (const section of sections) {
    lines.push(...(await withPlace(portBase, (place) => section(place, options))));
  }
  return lines;
}
