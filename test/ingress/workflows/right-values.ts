/** What makes a request to Step Functions go through, by operation: a cluster with one of each, and its inputs. */
import type { OperationName } from '../../../src/workflow/index.js';
import { passing, role } from '../../workflow/service/fake-workflows.js';
import { type Harness, makeHarness } from '../harness.js';

export const prefix = 'arn:aws:states:us-east-1:123456789012:';

/** Of the state machine and the activity `name`. */
export function rightInputs(name: string): Readonly<Record<OperationName, object>> {
  const stateMachineArn = `${prefix}stateMachine:${name}`;
  const stateMachineAliasArn = `${stateMachineArn}:live`;
  const activityArn = `${prefix}activity:${name}`;
  const executionArn = `${prefix}execution:${name}:e`;
  const mapRunArn = `${prefix}mapRun:${name}/label:run`;
  const taskToken = '1f0ae0c5-4b7e-4f6f-9a33-7f1f53f2c9d2';
  const machine = { definition: passing, roleArn: role };
  const tags = [{ key: 'k', value: 'v' }];
  const routingConfiguration = [{ stateMachineVersionArn: `${stateMachineArn}:1`, weight: 100 }];
  return {
    CreateActivity: { name, tags },
    CreateStateMachine: { name, ...machine, publish: true, tags },
    CreateStateMachineAlias: { name: 'live', routingConfiguration },
    DeleteActivity: { activityArn },
    DeleteStateMachine: { stateMachineArn },
    DeleteStateMachineAlias: { stateMachineAliasArn },
    DeleteStateMachineVersion: { stateMachineVersionArn: `${stateMachineArn}:1` },
    DescribeActivity: { activityArn },
    DescribeExecution: { executionArn, includedData: 'ALL_DATA' },
    DescribeMapRun: { mapRunArn },
    DescribeStateMachine: { stateMachineArn },
    DescribeStateMachineAlias: { stateMachineAliasArn },
    DescribeStateMachineForExecution: { executionArn },
    GetActivityTask: { activityArn, workerName: 'w' },
    GetExecutionHistory: { executionArn, maxResults: 5, reverseOrder: true },
    ListActivities: { maxResults: 1 },
    ListExecutions: { stateMachineArn, statusFilter: 'RUNNING' },
    ListMapRuns: { executionArn },
    ListStateMachineAliases: { stateMachineArn },
    ListStateMachineVersions: { stateMachineArn },
    ListStateMachines: { maxResults: 1 },
    ListTagsForResource: { resourceArn: stateMachineArn },
    PublishStateMachineVersion: { stateMachineArn, description: 'd' },
    RedriveExecution: { executionArn: `${prefix}execution:${name}:stopped`, clientToken: 'c' },
    SendTaskFailure: { taskToken, error: 'E', cause: 'c' },
    SendTaskHeartbeat: { taskToken },
    SendTaskSuccess: { taskToken, output: '{}' },
    StartExecution: { stateMachineArn, name: 'other', input: '{}', traceHeader: 't' },
    StartSyncExecution: { stateMachineArn: `${stateMachineArn}-express`, input: '{}' },
    StopExecution: { executionArn, error: 'E', cause: 'c' },
    TagResource: { resourceArn: activityArn, tags },
    TestState: { ...machine, input: '{}', mock: { result: '{}' }, inspectionLevel: 'DEBUG' },
    UntagResource: { resourceArn: activityArn, tagKeys: ['k'] },
    UpdateMapRun: { mapRunArn, maxConcurrency: 1, toleratedFailurePercentage: 0.5 },
    UpdateStateMachine: { stateMachineArn, ...machine, tracingConfiguration: { enabled: true } },
    UpdateStateMachineAlias: { stateMachineAliasArn, description: 'd' },
    ValidateStateMachineDefinition: { definition: passing, severity: 'WARNING', maxResults: 3 },
  };
}

/** With the state machines, activities, executions and map runs of these names. */
export async function furnish(harness: Harness, ...names: readonly string[]): Promise<void> {
  const { service, executions } = harness.workflows;
  for (const name of names) {
    const inputs = rightInputs(name);
    const signal = new AbortController().signal;
    const asked = async (operation: OperationName, more: object = {}): Promise<void> => {
      await service.ask(operation, { ...inputs[operation], ...more }, signal);
    };
    await asked('CreateStateMachine');
    await asked('CreateStateMachine', { name: `${name}-express`, type: 'EXPRESS' });
    await asked('CreateStateMachineAlias');
    await asked('CreateActivity');
    await asked('StartExecution', { name: 'e' });
    await asked('StartExecution', { name: 'stopped' });
    await asked('StopExecution', { executionArn: `${prefix}execution:${name}:stopped` });
    const arn = `${prefix}mapRun:${name}/label:run`;
    const counts = { pending: 0, running: 0, succeeded: 1, failed: 0, timedOut: 0, aborted: 0 };
    const items = { ...counts, total: 1, resultsWritten: 0 };
    executions.runs.set(arn, {
      arn,
      executionArn: `${prefix}execution:${name}:e`,
      stateMachineArn: `${prefix}stateMachine:${name}/label`,
      status: 'RUNNING',
      startedAtMs: 1,
      endedAtMs: 0,
      maxConcurrency: 0,
      toleratedFailureCount: 0,
      toleratedFailurePercentage: 0,
      items,
      executions: items,
      redriveCount: 0,
      redrivenAtMs: 0,
    });
  }
}

export async function furnished(): Promise<Harness> {
  const harness = makeHarness();
  await furnish(harness, 'm');
  return harness;
}
