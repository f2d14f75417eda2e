/** Operations on map runs. */
import type { MapRunCounts, MapRunView } from '../executions/types.js';
import type { Operations, Output, WorkflowDeps } from './deps.js';
import { nextTokenOf, pageAsked } from './pages.js';
import { noExecution, noResource } from './refusals.js';
import { seconds } from './settings.js';
import { target } from './targets.js';

type MapRunOperation = 'DescribeMapRun' | 'ListMapRuns' | 'UpdateMapRun';

export function mapRunOperations({ executions }: WorkflowDeps): Operations<MapRunOperation> {
  return {
    DescribeMapRun: async ({ mapRunArn }) => {
      target(mapRunArn, 'mapRun');
      const run = await executions.mapRun(mapRunArn);
      if (run === undefined) throw noResource();
      return described(run);
    },
    ListMapRuns: async (input) => {
      const { executionArn } = input;
      target(executionArn, 'execution');
      const list = `map-runs ${executionArn}`;
      const asked = pageAsked(input, list);
      if ((await executions.get(executionArn)) === undefined) throw noExecution(executionArn);
      const page = await executions.mapRuns(executionArn, asked);
      return {
        mapRuns: page.items.map((run) => ({
          executionArn: run.executionArn,
          mapRunArn: run.arn,
          stateMachineArn: run.stateMachineArn,
          startDate: seconds(run.startedAtMs),
          stopDate: seconds(run.endedAtMs),
        })),
        nextToken: nextTokenOf(page.next, list),
      };
    },
    UpdateMapRun: async ({ mapRunArn, ...changes }) => {
      target(mapRunArn, 'mapRun');
      if ((await executions.mapRun(mapRunArn)) === undefined) throw noResource();
      await executions.updateMapRun(mapRunArn, changes);
      return {};
    },
  };
}

function described(run: MapRunView): Output {
  return {
    mapRunArn: run.arn,
    executionArn: run.executionArn,
    status: run.status,
    startDate: seconds(run.startedAtMs),
    stopDate: seconds(run.endedAtMs),
    maxConcurrency: run.maxConcurrency,
    toleratedFailurePercentage: run.toleratedFailurePercentage,
    toleratedFailureCount: run.toleratedFailureCount,
    itemCounts: counts(run.items),
    executionCounts: counts(run.executions),
    redriveCount: run.redriveCount,
    redriveDate: seconds(run.redrivenAtMs),
  };
}

/** Failed children are started again by a redrive, all of them. */
function counts(of: MapRunCounts): Output {
  return { ...of, failuresNotRedrivable: 0, pendingRedrive: 0 };
}
