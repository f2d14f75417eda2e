/**
 * The services that a Task can name, with their actions and the ways in which each can be waited for.
 *
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
 */
import type { TaskMode } from '../tasks/types.js';

const once: readonly TaskMode[] = ['request-response'];
const job: readonly TaskMode[] = ['request-response', 'sync'];
const callback: readonly TaskMode[] = ['request-response', 'wait-for-task-token'];
const jobOrCallback: readonly TaskMode[] = ['request-response', 'sync', 'wait-for-task-token'];

interface Action {
  readonly modes: readonly TaskMode[];
  readonly parameters: ServiceParameters;
}

export interface ServiceParameters {
  /** Without which it is refused. */
  readonly required: readonly string[];
  /** With others it is refused; absent: any will do. */
  readonly optional?: readonly string[];
}

type Actions = Readonly<Record<string, readonly TaskMode[]>>;

const services: Readonly<Record<string, Actions>> = {
  apigateway: { invoke: callback },
  athena: {
    startQueryExecution: job,
    stopQueryExecution: once,
    getQueryExecution: once,
    getQueryResults: once,
  },
  batch: { submitJob: job },
  bedrock: { invokeModel: callback, createModelCustomizationJob: job },
  codebuild: {
    startBuild: job,
    stopBuild: once,
    batchDeleteBuilds: once,
    batchGetReports: once,
    startBuildBatch: job,
    stopBuildBatch: once,
    retryBuildBatch: job,
    deleteBuildBatch: once,
  },
  databrew: { startJobRun: job },
  dynamodb: { getItem: once, putItem: once, deleteItem: once, updateItem: once },
  ecs: { runTask: jobOrCallback },
  eks: {
    createCluster: job,
    deleteCluster: job,
    createNodegroup: job,
    deleteNodegroup: job,
    createFargateProfile: job,
    deleteFargateProfile: job,
    call: once,
    runJob: job,
  },
  elasticmapreduce: {
    createCluster: job,
    setClusterTerminationProtection: once,
    terminateCluster: job,
    addStep: job,
    cancelStep: once,
    modifyInstanceFleetByName: once,
    modifyInstanceGroupByName: once,
  },
  'emr-containers': { createVirtualCluster: once, deleteVirtualCluster: job, startJobRun: job },
  'emr-serverless': {
    createApplication: job,
    startApplication: job,
    stopApplication: job,
    deleteApplication: job,
    startJobRun: job,
    cancelJobRun: job,
  },
  events: { putEvents: callback },
  glue: { startJobRun: job },
  http: { invoke: once },
  lambda: { invoke: callback },
  mediaconvert: { createJob: job },
  sagemaker: {
    createEndpoint: once,
    updateEndpoint: once,
    createEndpointConfig: once,
    createModel: once,
    createLabelingJob: job,
    createTrainingJob: job,
    createTransformJob: job,
    createHyperParameterTuningJob: job,
    createProcessingJob: job,
  },
  sns: { publish: callback },
  sqs: { sendMessage: callback },
  states: { startExecution: [...jobOrCallback, 'sync:2'] },
};

const changedItem = [
  'ConditionalOperator',
  'ConditionExpression',
  'Expected',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnConsumedCapacity',
  'ReturnItemCollectionMetrics',
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
];

const parameters: Readonly<Record<string, ServiceParameters>> = {
  'apigateway:invoke': { required: ['ApiEndpoint', 'Method'] },
  'dynamodb:getItem': {
    required: ['TableName', 'Key'],
    optional: [
      'AttributesToGet',
      'ConsistentRead',
      'ExpressionAttributeNames',
      'ProjectionExpression',
      'ReturnConsumedCapacity',
    ],
  },
  'dynamodb:putItem': { required: ['TableName', 'Item'], optional: changedItem },
  'dynamodb:deleteItem': { required: ['TableName', 'Key'], optional: changedItem },
  'dynamodb:updateItem': {
    required: ['TableName', 'Key'],
    optional: [...changedItem, 'AttributeUpdates', 'UpdateExpression'],
  },
  'ecs:runTask': { required: ['TaskDefinition'] },
  'events:putEvents': { required: ['Entries'] },
  'glue:startJobRun': { required: ['JobName'] },
  'http:invoke': { required: ['ApiEndpoint', 'Method'] },
  'lambda:invoke': {
    required: ['FunctionName'],
    optional: [
      'ClientContext',
      'DurableExecutionName',
      'InvocationType',
      'LogType',
      'Payload',
      'Qualifier',
      'TenantId',
    ],
  },
  'sns:publish': {
    required: ['Message'],
    optional: [
      'MessageAttributes',
      'MessageDeduplicationId',
      'MessageGroupId',
      'MessageStructure',
      'PhoneNumber',
      'Subject',
      'TargetArn',
      'TopicArn',
    ],
  },
  'sqs:sendMessage': {
    required: ['QueueUrl', 'MessageBody'],
    optional: [
      'DelaySeconds',
      'MessageAttributes',
      'MessageDeduplicationId',
      'MessageGroupId',
      'MessageSystemAttributes',
    ],
  },
  'states:startExecution': {
    required: ['StateMachineArn'],
    optional: ['Input', 'Name', 'TraceHeader'],
  },
};

/** Undefined for what there is not. Of AWS's own SDKs any action is taken: what does not exist fails when it is called. */
export function serviceAction(service: string, action: string): Action | undefined {
  if (/^aws-sdk:[a-z\d]{1,64}$/.test(service)) {
    return /^[a-z][A-Za-z\d]{0,127}$/.test(action)
      ? { modes: callback, parameters: { required: [] } }
      : undefined;
  }
  const actions = Object.hasOwn(services, service) ? services[service] : undefined;
  const modes = actions && Object.hasOwn(actions, action) ? actions[action] : undefined;
  return modes && { modes, parameters: parameters[`${service}:${action}`] ?? { required: [] } };
}
