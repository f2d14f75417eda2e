/** A running node as the world of the scenarios of Step Functions, with functions for their tasks. */
import type { LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteActivityCommand,
  DeleteStateMachineCommand,
  paginateListActivities,
  paginateListStateMachines,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { LambdaWorld } from '../lambda/world.js';
import type { Outcome, Service, Told } from '../replay.js';
import type { ClearableWorld } from '../run.js';
import type { AwaitStep, FunctionStep, Scenario, TransformerSpec, Value } from '../scenario.js';
import { derive } from './derived.js';
import { withMapRuns } from './map-runs.js';
import { StepFunctionsService } from './service.js';
import { untilReached } from './waits.js';

/** Their answers tell of what others made. */
const operationsOfAll: readonly string[] = ['ListStateMachines', 'ListActivities'];
/** The cold start of a function that has a second for all is not to share the processors with those of others. */
const oneSecond = /(?:Timeout|Heartbeat)Seconds\W[^,}]*\b1\b/;

export function isPlayedAlone({ steps }: Pick<Scenario, 'steps'>): boolean {
  return steps.some(
    (step) =>
      // what is waited for names an operation, too
      'svc' in step &&
      'op' in step &&
      (operationsOfAll.includes(step.op) || oneSecond.test(String(step.params.definition))),
  );
}

export class StepFunctionsWorld implements ClearableWorld {
  readonly origin;
  readonly services: Readonly<Record<string, Service>>;
  readonly #functions: LambdaWorld;

  constructor(
    private readonly client: SFNClient,
    lambda: LambdaClient,
  ) {
    this.#functions = new LambdaWorld(lambda);
    this.origin = this.#functions.origin;
    this.services = {
      ...this.#functions.services,
      stepfunctions: new StepFunctionsService(client),
    };
  }

  readonly derive = derive;
  readonly alone = isPlayedAlone;

  createFunction(step: FunctionStep, code: Uint8Array | undefined): Promise<Outcome> {
    return this.#functions.createFunction(step, code);
  }

  await(step: AwaitStep): Promise<void> {
    return untilReached(this.client, step);
  }

  completed(
    specs: readonly TransformerSpec[],
    history: readonly Told[],
  ): readonly TransformerSpec[] {
    return withMapRuns(specs, history);
  }

  http(): Promise<Value> {
    throw new Error('no scenario of Step Functions asks by HTTP');
  }

  blob(): Promise<Uint8Array> {
    throw new Error('no scenario of Step Functions has archives of its own');
  }

  /** What is not here is mocked, or only named. */
  has(): boolean {
    return true;
  }

  async clear(): Promise<void> {
    const { client } = this;
    const machines: string[] = [];
    for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {})) {
      machines.push(...stateMachines.map(({ stateMachineArn = '' }) => stateMachineArn));
    }
    for (const stateMachineArn of machines) {
      await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    }
    const activityArns: string[] = [];
    for await (const { activities = [] } of paginateListActivities({ client }, {})) {
      activityArns.push(...activities.map(({ activityArn = '' }) => activityArn));
    }
    for (const activityArn of activityArns) {
      await client.send(new DeleteActivityCommand({ activityArn }));
    }
    await this.#functions.clear();
  }
}
