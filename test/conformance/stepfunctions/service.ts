/** The real AWS SDK for Step Functions as a scenario's service: its answers in the form that botocore gives them. */
import * as sdk from '@aws-sdk/client-sfn';
import type { Outcome, Params, Service } from '../replay.js';
import { type AnyClient, ask, type RawAnswer } from '../sdk.js';

const exported = sdk as unknown as Readonly<Record<string, unknown>>;

export class StepFunctionsService implements Service {
  constructor(private readonly client: sdk.SFNClient) {}

  call(op: string, params: Params): Promise<Outcome> {
    return ask(this.client as unknown as AnyClient, exported, codeOf, op, params);
  }

  wait(waiter: string): Promise<void> {
    throw new Error(`Step Functions has no waiter ${waiter}`);
  }
}

function codeOf({ body }: RawAnswer): string {
  const type = /"__type"\s*:\s*"([^"]*)"/.exec(body.toString('utf8'))?.[1] ?? '';
  return type.slice(type.indexOf('#') + 1);
}
