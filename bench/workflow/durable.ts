/**
 * Standard executions through three voters: transitions a second, each in the logs of a majority before what follows it is
 * begun. A chain of pure states costs one commit; functions cost one each.
 */
import {
  type Line,
  lineOf,
  type MeasureOptions,
  progress,
  startHearth,
  withPlace,
} from '../harness/index.js';
import { chain, crowd, WorkflowClient } from './client.js';
import { echo, echoArn } from './echo.js';

const portBase = 26_700;
const callers = 64;
const chainStates = 10;

export function measure({ count, short }: MeasureOptions): Promise<Line[]> {
  return withPlace(portBase, async (place) => {
    const nodes = await startHearth(place, { nodes: 3 });
    await nodes.deploy('echo', echo);
    const client = new WorkflowClient(nodes.members, callers);
    const pure = await client.create('pure', chain(chainStates, { Type: 'Pass' }), 'STANDARD');
    const single = await client.create('single', chain(1, { Type: 'Pass' }), 'STANDARD');
    const task = { Type: 'Task', Resource: echoArn };
    const tasks = await client.create('tasks', chain(chainStates, task), 'STANDARD');
    const executions = short ? 500 : 5000;
    const rounds: Record<'pure' | 'single' | 'tasks', number[]> = {
      pure: [],
      single: [],
      tasks: [],
    };
    for (let round = 0; round <= count; round++) {
      const found = {
        pure: await run(client, pure, executions, chainStates),
        single: await run(client, single, executions, 1),
        tasks: await run(client, tasks, executions / 5, chainStates),
      };
      progress(`transitions/s: ${JSON.stringify(found)}`);
      // the first one warms up
      if (round === 0) continue;
      rounds.pure.push(found.pure);
      rounds.single.push(found.single);
      rounds.tasks.push(found.tasks);
    }
    await client.close();
    return [
      lineOf('Standard, 3 voters, chains of 10 Pass states', 'transitions/s', rounds.pure, [
        '>=',
        5000,
      ]),
      lineOf('Standard, 3 voters, one Pass state: executions', 'executions/s', rounds.single),
      lineOf('Standard, 3 voters, chains of 10 functions', 'transitions/s', rounds.tasks),
    ];
  });
}

/** Transitions a second from the first start to the last end. */
async function run(
  client: WorkflowClient,
  stateMachineArn: string,
  executions: number,
  states: number,
): Promise<number> {
  const beganMs = performance.now();
  let left = executions;
  await crowd(callers, () => {
    if (left-- <= 0) return null;
    return client.start(stateMachineArn);
  });
  await client.settled(stateMachineArn);
  return (executions * states * 1000) / (performance.now() - beganMs);
}
