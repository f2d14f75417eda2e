/** The tasks of a cluster: what each Resource stands for, and what that is made of. */
import type { Clock, Logger } from '../../lib/index.js';
import { asHearthError, type Cancelled } from '../../types/index.js';
import type { S3Api } from '../buckets/index.js';
import type { Executions } from '../executions/types.js';
import { type Offers, offered } from './catalog.js';
import { FunctionCalls, type FunctionCallsDeps } from './function-calls.js';
import { functionTask } from './function-task.js';
import { HttpCalls } from './http-invoke.js';
import { kinesis, type PutRecord } from './kinesis.js';
import { lambdaInvoke, sdkLambdaInvoke } from './lambda-invoke.js';
import { Tasks } from './runner.js';
import { s3Task } from './s3.js';
import { startExecution } from './start-execution.js';
import type { StatesApi } from './states-calls.js';
import { statesSdk } from './states-sdk.js';
import type { CancelTask, TaskReport, TaskRequest, TaskRunner } from './types.js';

export interface ClusterTasksDeps {
  readonly invoke: FunctionCallsDeps['invoke'];
  readonly submit: FunctionCallsDeps['submit'];
  readonly catchUp: FunctionCallsDeps['catchUp'];
  readonly statesApi: StatesApi;
  /** As this node knows it, at once. */
  hasActivity(arn: string): boolean;
  readonly executions: Pick<Executions, 'get' | 'ended' | 'stop'>;
  readonly putRecord: PutRecord;
  /** Left out where the nodes are told of no buckets. */
  readonly buckets?: S3Api;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class ClusterTasks implements TaskRunner {
  readonly #http: HttpCalls;
  readonly #tasks: Tasks;

  constructor(deps: ClusterTasksDeps) {
    this.#http = new HttpCalls(deps.clock);
    const offers = offersOf(deps, this.#http);
    this.#tasks = new Tasks({
      find: (resource) => offered(offers, resource),
      lacksActivity: (arn, signal) => lacksActivity(deps, arn, signal),
      onFault: ({ executionArn, resource }, thrown) =>
        deps.logger.error(
          { executionArn, resource, err: thrown },
          'a task failed by a fault of this node',
        ),
    });
  }

  begin(request: TaskRequest, tell: (report: TaskReport) => void): CancelTask {
    return this.#tasks.begin(request, tell);
  }

  stop(): Promise<void> {
    return this.#http.stop();
  }
}

/** Asks further only for one that this node does not know; where nobody can tell, it may be there. */
async function lacksActivity(
  { hasActivity, statesApi }: ClusterTasksDeps,
  activityArn: string,
  signal: Cancelled,
): Promise<boolean> {
  if (hasActivity(activityArn)) return false;
  try {
    await statesApi('DescribeActivity', { activityArn }, signal);
    return false;
  } catch (thrown) {
    const { code } = asHearthError(thrown);
    return code === 'activity-does-not-exist' || code === 'invalid-arn';
  }
}

function offersOf(deps: ClusterTasksDeps, http: HttpCalls): Offers {
  const calls = new FunctionCalls(deps);
  const wallMs = (): number => deps.clock.wallMs();
  const { statesApi: api, executions, putRecord, buckets = null } = deps;
  const withToken = ['request-response', 'wait-for-task-token'] as const;
  return {
    function: functionTask(calls),
    actions: new Map([
      ['lambda:invoke', { modes: withToken, integration: lambdaInvoke(calls, wallMs) }],
      ['aws-sdk:lambda:invoke', { modes: withToken, integration: sdkLambdaInvoke(calls) }],
      [
        'states:startExecution',
        {
          modes: [...withToken, 'sync', 'sync:2'],
          integration: startExecution({ api, executions, clock: deps.clock }),
        },
      ],
      ['http:invoke', { modes: ['request-response'], integration: http.integration }],
      [
        'aws-sdk:kinesis:putRecord',
        { modes: withToken, integration: kinesis(putRecord, 'putRecord') },
      ],
      [
        'aws-sdk:kinesis:putRecords',
        { modes: withToken, integration: kinesis(putRecord, 'putRecords') },
      ],
      ...(['getObject', 'putObject', 'listObjectsV2'] as const).map(
        (action) =>
          [
            `aws-sdk:s3:${action}`,
            { modes: withToken, integration: s3Task(buckets, action) },
          ] as const,
      ),
    ]),
    apis: new Map([['aws-sdk:sfn', (action: string) => statesSdk(api, action)]]),
  };
}
