/** Executions that wait for a day: what they take in the memory of a node that owns all of them. */

import { setTimeout as delay } from 'node:timers/promises';
import {
  type Line,
  lineOf,
  type MeasureOptions,
  progress,
  rollupMb,
  startHearth,
  withPlace,
} from '../harness/index.js';
import { chain, crowd, WorkflowClient } from './client.js';

const portBase = 26_790;
const callers = 64;
const restMs = 60_000;
const shortCount = 2000;

export function measure({ count, short }: MeasureOptions): Promise<Line[]> {
  return withPlace(portBase, async (place) => {
    const nodes = await startHearth(place);
    const client = new WorkflowClient(nodes.members, callers);
    const machine = chain(1, { Type: 'Wait', Seconds: 86_400 });
    const stateMachineArn = await client.create('waits', machine, 'STANDARD');
    const { pid } = nodes.first;
    const beforeMb = rollupMb([pid], 'Rss');
    let left = short ? shortCount : count;
    const total = left;
    const beganMs = performance.now();
    await crowd(callers, () => (left-- <= 0 ? null : client.start(stateMachineArn, '{"order":1}')));
    const rate = (total * 1000) / (performance.now() - beganMs);
    progress(`${total} executions were started, ${Math.round(rate)} a second`);
    await delay(short ? 1000 : restMs);
    const afterMb = rollupMb([pid], 'Rss');
    await client.close();
    return [
      lineOf(`a node with ${total} executions that wait`, 'MB', [afterMb], ['<=', 1024]),
      lineOf('each of them', 'kB', [((afterMb - beforeMb) * 1024) / total]),
      lineOf('started', 'executions/s', [rate]),
    ];
  });
}
