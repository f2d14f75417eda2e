/**
 * What each operation takes. Source: botocore's model of the Step Functions API (2016-11-23); inputs and outputs of
 * executions are limited in bytes, as live AWS does it.
 */
import { type InputOf, type Members, required, type Shape } from './shape.js';

const arn = { kind: 'text', min: 1, max: 256 } as const;
const longArn = { kind: 'text', min: 1, max: 2000 } as const;
const name = { kind: 'text', min: 1, max: 80 } as const;
const flag = { kind: 'flag' } as const;
const pageSize = { kind: 'whole', min: 0, max: 1000 } as const;
const pageToken = { kind: 'text', min: 1, max: 1024 } as const;
const page = { maxResults: pageSize, nextToken: pageToken };
const data = { kind: 'text', max: 262_144, isUtf8: true, isSecret: true } as const;
const error = { kind: 'text', min: 0, max: 256, isSecret: true } as const;
const cause = { kind: 'text', min: 0, max: 32_768, isSecret: true } as const;
const definition = { kind: 'text', min: 1, max: 1_048_576, isSecret: true } as const;
const description = { kind: 'text', max: 256, isSecret: true } as const;
const taskToken = { kind: 'text', min: 1, max: 2048, isSecret: true } as const;
const stateName = { kind: 'text', min: 1, max: 80, isSecret: true } as const;
const type = { kind: 'text', oneOf: ['STANDARD', 'EXPRESS'] } as const;
const includedData = { kind: 'text', oneOf: ['ALL_DATA', 'METADATA_ONLY'] } as const;
const traceHeader = { kind: 'text', min: 0, max: 256, pattern: String.raw`\p{ASCII}*` } as const;
const count = { kind: 'whole', min: 0 } as const;

const tagKey = { kind: 'text', min: 1, max: 128 } as const;
const tags = listOf(
  structure('Tag', { key: required(tagKey), value: { kind: 'text', min: 0, max: 256 } }),
);

const encryptionConfiguration = structure('EncryptionConfiguration', {
  kmsKeyId: { kind: 'text', min: 1, max: 2048 },
  kmsDataKeyReusePeriodSeconds: { kind: 'whole', min: 60, max: 900 },
  type: required({ kind: 'text', oneOf: ['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY'] }),
});

const loggingConfiguration = structure('LoggingConfiguration', {
  level: { kind: 'text', oneOf: ['ALL', 'ERROR', 'FATAL', 'OFF'] },
  includeExecutionData: flag,
  destinations: listOf(
    structure('LogDestination', {
      cloudWatchLogsLogGroup: structure('CloudWatchLogsLogGroup', { logGroupArn: arn }),
    }),
  ),
});

const tracingConfiguration = structure('TracingConfiguration', { enabled: flag });

const routingConfiguration = {
  kind: 'list',
  min: 1,
  max: 2,
  item: structure('RoutingConfigurationListItem', {
    stateMachineVersionArn: required(arn),
    weight: required({ kind: 'whole', min: 0, max: 100 }),
  }),
} as const;

const machineSettings = {
  loggingConfiguration,
  tracingConfiguration,
  publish: flag,
  versionDescription: description,
  encryptionConfiguration,
};

const start = { stateMachineArn: required(arn), name, input: data, traceHeader };
const ofMachine = { stateMachineArn: required(arn) };
const ofExecution = { executionArn: required(arn) };
const ofActivity = { activityArn: required(arn) };
const ofAlias = { stateMachineAliasArn: required(arn) };
const ofMapRun = { mapRunArn: required(longArn) };
const ofTask = { taskToken: required(taskToken) };

export const shapes = {
  CreateActivity: { name: required(name), tags, encryptionConfiguration },
  CreateStateMachine: {
    name: required(name),
    definition: required(definition),
    roleArn: required(arn),
    type,
    tags,
    ...machineSettings,
  },
  CreateStateMachineAlias: {
    description,
    name: required({
      kind: 'text',
      min: 1,
      max: 80,
      pattern: String.raw`^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$`,
    }),
    routingConfiguration: required(routingConfiguration),
  },
  DeleteActivity: ofActivity,
  DeleteStateMachine: ofMachine,
  DeleteStateMachineAlias: ofAlias,
  DeleteStateMachineVersion: { stateMachineVersionArn: required(longArn) },
  DescribeActivity: ofActivity,
  DescribeExecution: { ...ofExecution, includedData },
  DescribeMapRun: ofMapRun,
  DescribeStateMachine: { ...ofMachine, includedData },
  DescribeStateMachineAlias: ofAlias,
  DescribeStateMachineForExecution: { ...ofExecution, includedData },
  GetActivityTask: { ...ofActivity, workerName: name },
  GetExecutionHistory: {
    ...ofExecution,
    ...page,
    reverseOrder: flag,
    includeExecutionData: flag,
  },
  ListActivities: page,
  ListExecutions: {
    stateMachineArn: arn,
    statusFilter: {
      kind: 'text',
      // in the order in which AWS prints them
      oneOf: ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'],
    },
    maxResults: pageSize,
    nextToken: { kind: 'text', min: 1, max: 3096 },
    mapRunArn: longArn,
    redriveFilter: { kind: 'text', oneOf: ['REDRIVEN', 'NOT_REDRIVEN'] },
  },
  ListMapRuns: { ...ofExecution, ...page },
  ListStateMachineAliases: { ...ofMachine, ...page },
  ListStateMachineVersions: { ...ofMachine, ...page },
  ListStateMachines: page,
  ListTagsForResource: { resourceArn: required(arn) },
  PublishStateMachineVersion: { ...ofMachine, revisionId: { kind: 'text' }, description },
  RedriveExecution: {
    ...ofExecution,
    clientToken: { kind: 'text', min: 1, max: 64, pattern: '[!-~]+' },
  },
  SendTaskFailure: { ...ofTask, error, cause },
  SendTaskHeartbeat: ofTask,
  SendTaskSuccess: { ...ofTask, output: required(data) },
  StartExecution: start,
  StartSyncExecution: { ...start, includedData },
  StopExecution: { ...ofExecution, error, cause },
  TagResource: { resourceArn: required(arn), tags: required(tags) },
  TestState: {
    definition: required(definition),
    roleArn: arn,
    input: data,
    inspectionLevel: { kind: 'text', oneOf: ['INFO', 'DEBUG', 'TRACE'] },
    revealSecrets: flag,
    variables: data,
    stateName,
    mock: structure('MockInput', {
      result: data,
      errorOutput: structure('MockErrorOutput', { error, cause }),
      fieldValidationMode: { kind: 'text', oneOf: ['STRICT', 'PRESENT', 'NONE'] },
    }),
    context: data,
    stateConfiguration: structure('TestStateConfiguration', {
      retrierRetryCount: count,
      errorCausedByState: stateName,
      mapIterationFailureCount: count,
      mapItemReaderData: data,
    }),
  },
  UntagResource: { resourceArn: required(arn), tagKeys: required(listOf(tagKey)) },
  UpdateMapRun: {
    ...ofMapRun,
    maxConcurrency: count,
    toleratedFailurePercentage: { kind: 'number', min: 0, max: 100 },
    toleratedFailureCount: count,
  },
  UpdateStateMachine: { ...ofMachine, definition, roleArn: arn, ...machineSettings },
  UpdateStateMachineAlias: { ...ofAlias, description, routingConfiguration },
  ValidateStateMachineDefinition: {
    definition: required(definition),
    type,
    severity: { kind: 'text', oneOf: ['ERROR', 'WARNING'] },
    maxResults: { kind: 'whole', min: 0, max: 100 },
  },
} as const satisfies Readonly<Record<string, Members>>;

export type OperationName = keyof typeof shapes;
export type Input<Name extends OperationName> = InputOf<(typeof shapes)[Name]>;

export const operationNames = Object.keys(shapes) as readonly OperationName[];

function listOf<const Item extends Shape>(item: Item) {
  return { kind: 'list', item } as const;
}

function structure<const Name extends string, const Inner extends Members>(
  of: Name,
  members: Inner,
) {
  return { kind: 'structure', name: of, members } as const;
}
