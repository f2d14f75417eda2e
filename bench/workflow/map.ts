/** A Map over 1,000 items, 40 at a time, beside the same invocations made directly by 40 callers, in turn. */
import {
  alternately,
  type Line,
  lineOf,
  type MeasureOptions,
  progress,
  ratios,
  startHearth,
  withPlace,
} from '../harness/index.js';
import { crowd, WorkflowClient } from './client.js';
import { echo, echoArn } from './echo.js';

const portBase = 26_820;
const items = 1000;
const concurrency = 40;

export function measure({ count }: MeasureOptions): Promise<Line[]> {
  return withPlace(portBase, async (place) => {
    const nodes = await startHearth(place);
    await nodes.deploy('echo', echo);
    const client = new WorkflowClient(nodes.members, concurrency);
    const work = { Type: 'Task', Resource: echoArn, End: true };
    const definition = {
      StartAt: 'All',
      States: {
        All: {
          Type: 'Map',
          MaxConcurrency: concurrency,
          ItemProcessor: { StartAt: 'One', States: { One: work } },
          End: true,
        },
      },
    };
    const stateMachineArn = await client.create('map', definition, 'STANDARD');
    const input = JSON.stringify(Array.from({ length: items }, (_, n) => ({ n })));
    const path = nodes.invocation('echo');
    const found = await alternately(
      ['directly', 'mapped'],
      { warmUps: 1, rounds: count },
      async (way) => {
        const beganMs = performance.now();
        if (way === 'mapped') {
          const executionArn = await client.start(stateMachineArn, input);
          const { status, startDate, stopDate } = await client.ended(executionArn);
          if (status !== 'SUCCEEDED') throw new Error(`the execution ended as ${status}`);
          return said(way, (stopDate - startDate) * 1000);
        }
        let next = 0;
        await crowd(concurrency, () => {
          const n = next++;
          return n < items ? client.invoke(path, JSON.stringify({ n })) : null;
        });
        return said(way, performance.now() - beganMs);
      },
    );
    await client.close();
    return [
      lineOf('1,000 invocations, 40 at a time, directly', 'ms', found.directly),
      lineOf('a Map of 1,000 items, 40 at a time', 'ms', found.mapped),
      lineOf('Map / directly', 'ratio', ratios(found.mapped, found.directly), ['<=', 1.3]),
    ];
  });
}

function said(way: string, ms: number): number {
  progress(`${way}: ${Math.round(ms)} ms`);
  return ms;
}
