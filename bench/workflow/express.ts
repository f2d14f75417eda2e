/** Express executions, in memory, on one node: transitions a second. */
import {
  type Line,
  lineOf,
  type MeasureOptions,
  startHearth,
  withPlace,
} from '../harness/index.js';
import { chain, timed, WorkflowClient } from './client.js';

const portBase = 26_730;
const callers = 16;
const chainStates = 100;
const machines = {
  'Pass states': { Type: 'Pass' },
  'Pass states that reshape their input': {
    Type: 'Pass',
    Parameters: { 'n.$': '$.n', 'sum.$': 'States.MathAdd($.n, 1)' },
    ResultPath: '$.made',
  },
  'Pass states with a JSONata expression': {
    Type: 'Pass',
    QueryLanguage: 'JSONata',
    Output: { n: '{% $states.input.n + 1 %}' },
  },
} as const;

export function measure({ count, short }: MeasureOptions): Promise<Line[]> {
  return withPlace(portBase, async (place) => {
    const nodes = await startHearth(place);
    const client = new WorkflowClient(nodes.members, callers);
    const lines: Line[] = [];
    for (const [at, [what, state]] of Object.entries(machines).entries()) {
      const stateMachineArn = await client.create(`m${at}`, chain(chainStates, state), 'EXPRESS');
      const once = async (): Promise<void> => {
        const asked = { stateMachineArn, input: '{"n":1}' };
        const { status } = await client.ask<{ status: string }>('StartSyncExecution', asked);
        if (status !== 'SUCCEEDED') throw new Error(`an execution ended as ${status}`);
      };
      const rates: number[] = [];
      for (let round = 0; round <= count; round++) {
        const rate = (await timed(short ? 1 : 4, callers, once)) * chainStates;
        if (round > 0) rates.push(rate);
      }
      const promised = at === 0 ? (['>=', 20_000] as const) : undefined;
      lines.push(lineOf(`Express, chains of 100 ${what}`, 'transitions/s', rates, promised));
    }
    await client.close();
    return lines;
  });
}
