/** What a function step of a Standard execution takes, beside the same function invoked directly; one at a time. */
import {
  type Line,
  lineOf,
  type MeasureOptions,
  progress,
  quantile,
  startHearth,
  withPlace,
} from '../harness/index.js';
import { chain, WorkflowClient } from './client.js';
import { echo, echoArn } from './echo.js';

const portBase = 26_760;
const steps = 20;
const invokes = 200;

export function measure({ count }: MeasureOptions): Promise<Line[]> {
  return withPlace(portBase, async (place) => {
    const lines: Line[] = [];
    for (const size of [1, 3]) {
      const nodes = await startHearth(place, { nodes: size });
      await nodes.deploy('echo', echo);
      // of one node: a forward is not what is measured
      const client = new WorkflowClient([nodes.first], 1);
      const one = await client.create('one', chain(1, { Type: 'Pass' }), 'STANDARD');
      const many = chain(steps, { Type: 'Task', Resource: echoArn });
      const stateMachineArn = await client.create('steps', many, 'STANDARD');
      const added: number[] = [];
      for (let round = 0; round <= count; round++) {
        const bareMs: number[] = [];
        for (let at = 0; at < invokes; at++) {
          const beganMs = performance.now();
          await client.invoke(nodes.invocation('echo'), '{}');
          bareMs.push(performance.now() - beganMs);
        }
        const bare = quantile(bareMs, 0.5);
        const frameMs = await took(client, one);
        const stepMs = ((await took(client, stateMachineArn)) - frameMs) / steps;
        progress(`${size} nodes: a step ${stepMs.toFixed(2)} ms, an invoke ${bare.toFixed(2)} ms`);
        if (round > 0) added.push(stepMs - bare);
      }
      await client.close();
      await nodes.stop();
      const what = size === 1 ? '1 node' : `${size} voters`;
      lines.push(lineOf(`a function step adds to an invoke, ${what}`, 'ms', added, ['<=', 3]));
    }
    return lines;
  });
}

/** The median of some executions, by the times that the execution itself tells. */
async function took(client: WorkflowClient, stateMachineArn: string): Promise<number> {
  const all: number[] = [];
  for (let at = 0; at < 10; at++) {
    const { startDate, stopDate, status } = await client.ended(await client.start(stateMachineArn));
    if (status !== 'SUCCEEDED') throw new Error(`an execution ended as ${status}`);
    all.push((stopDate - startDate) * 1000);
  }
  return quantile(all, 0.5);
}
