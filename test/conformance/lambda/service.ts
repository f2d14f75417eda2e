/** The real AWS SDK for Lambda as a scenario's service: its answers in the form that botocore gives them. */
import * as sdk from '@aws-sdk/client-lambda';
import type { Outcome, Params, Service } from '../replay.js';
import type { Members, Value } from '../scenario.js';
import { type AnyClient, ask } from '../sdk.js';

type Waiter = (
  options: { client: sdk.LambdaClient; maxWaitTime: number; minDelay: number; maxDelay: number },
  input: Params,
) => Promise<unknown>;

const exported = sdk as unknown as Readonly<Record<string, unknown>>;
const waiting = { maxWaitTime: 6, minDelay: 0.1, maxDelay: 0.3 };

export class LambdaService implements Service {
  constructor(private readonly client: sdk.LambdaClient) {}

  async call(op: string, params: Params): Promise<Outcome> {
    if ('PaginationConfig' in params) return this.#allPages(op, params);
    const outcome = await ask(this.client as unknown as AnyClient, exported, codeOf, op, params);
    if (op !== 'Invoke' || outcome.failed) return outcome;
    // botocore has the stream of an answer though nothing is in it
    return { answer: { Payload: '', ...(outcome.answer as Members) }, failed: false };
  }

  /** All pages as one answer without metadata, which is what botocore's paginators give. */
  async #allPages(op: string, { PaginationConfig, ...params }: Params): Promise<Outcome> {
    const { PageSize } = PaginationConfig as { PageSize?: number };
    const whole: Members = {};
    let Marker: Value | undefined;
    do {
      const page = PageSize === undefined ? {} : { MaxItems: PageSize };
      const asked = { ...params, ...page, ...(Marker === undefined ? {} : { Marker }) };
      const { answer, failed } = await this.call(op, asked);
      if (failed) return { answer, failed };
      const { NextMarker, ResponseMetadata, ...lists } = answer as Members;
      for (const [name, list] of Object.entries(lists)) {
        whole[name] = [...((whole[name] as Value[]) ?? []), ...(list as Value[])];
      }
      Marker = NextMarker;
    } while (Marker !== undefined);
    return { answer: whole, failed: false };
  }

  /** Whether it came to pass in time is seen by what the scenario asks next. */
  async wait(waiter: string, params: Params): Promise<void> {
    const name = waiter.replace(/(?:^|_)(\w)/g, (_all, letter: string) => letter.toUpperCase());
    const wait = exported[`waitUntil${name}`] as Waiter | undefined;
    if (wait === undefined) throw new Error(`the SDK has no waiter ${name}`);
    await wait({ client: this.client, ...waiting }, params).catch(() => {});
  }
}

function codeOf({ headers }: { headers: Record<string, string> }): string {
  return (headers['x-amzn-errortype'] ?? '').split(':')[0] ?? '';
}
